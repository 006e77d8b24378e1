"""The admin's pages: edit, check, try, preview, compare, publish. Nothing here reaches a patient's row."""
