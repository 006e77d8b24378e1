"""The door for a production server: `gunicorn screening.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from screening import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "screening.settings")

try:
    application = get_wsgi_application()

    from django.conf import settings

    from screening.encryption import check_keys

    check_keys(settings.ANSWER_KEYS)
except environment.ConfigurationError as error:
    environment.stop(str(error))
