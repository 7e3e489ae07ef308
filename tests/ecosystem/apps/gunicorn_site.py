"""What `gunicorn --preload` loads: the site, whose client has a connection before the fork."""

from django_site import application, prepare

__all__ = ["application"]

prepare()
