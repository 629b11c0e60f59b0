"""The addresses of a process that serves the desk alone."""

from cop.config.urls import addresses, handler404, handler500  # noqa: F401 the names that Django looks for

urlpatterns = addresses("desk")
