#!/usr/bin/env python
"""The command line. `python manage.py help` lists what it can do."""

from __future__ import annotations

import os
import sys

WITHOUT_KEYS = {
    "check",
    "collectstatic",
    "compilemessages",
    "generate_keys",
    "help",
    "makemessages",
    "makemigrations",
}
"""Commands that touch no patient data: where no keys are set they run with keys that are thrown away."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "screening.settings")
    from screening import environment
    from screening.core.keys import lend_keys

    try:
        if (
            not sys.argv[1:]
            or sys.argv[1] in WITHOUT_KEYS
            or {"-h", "--help", "--version"} & set(sys.argv[1:])
        ):
            lend_keys()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except environment.ConfigurationError as error:
        environment.exit_with_message(str(error))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
