"""Entry point of the application server: `gunicorn aqb.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aqb.settings")

application = get_wsgi_application()
