"""Settings of the tests: the real ones with random keys, plain static files and, on request, PostgreSQL.

`TEST_DATABASE_URL` names a PostgreSQL server to use; `TEST_DATABASE=postgresql` starts one for this run.
"""

import os
from pathlib import Path

import screening
from screening import environment
from screening.core.keys import lend_keys

environment.ENV_FILE = Path(__file__).with_name("no.env")  # a developer's own .env must not steer the tests
for name in ("DATABASE_URL", "DEBUG", "DEMO", "ALLOWED_HOSTS", "REQUIRE_MFA", "SECRET_KEY", "ANSWER_KEYS"):
    os.environ.pop(name, None)
lend_keys()

os.environ["DEMO"] = "1"  # plain http: Django's test client and the live server speak nothing else

from screening.settings import *  # noqa: E402, F403
from screening.settings import MIDDLEWARE, STORAGES  # noqa: E402
from tests import postgresql  # noqa: E402

DEMO = False
REQUIRE_MFA = False  # on in the tests of signing in; elsewhere people are simply signed in
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = Path(screening.__file__).parent / "static"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

if os.environ.get("TEST_DATABASE") == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
    os.environ["TEST_DATABASE_URL"] = postgresql.start()  # the workers of this run inherit it
DATABASES = {
    "default": environment.read_database_url(
        os.environ.get("TEST_DATABASE_URL", ""), default=Path(":memory:")
    )
}
DATABASES["default"]["OPTIONS"].pop("pool", None)

if os.environ.get("BAD_LINE"):
    MIDDLEWARE = ["tests.bad_line.BadLineMiddleware", *MIDDLEWARE]
