"""Addresses of `ground`."""

from django.urls import path

from cop.ground import views

urlpatterns = [path("static/site.<str:digest>.css", views.stylesheet_view)]
