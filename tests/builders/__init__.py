"""What tests build with: questionnaires, submissions, people, and the pages they use."""
