"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView

from creatives.workbench.views import publications, review, runs, session

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="queue"), name="home"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("organization/", session.switch_organization, name="switch_organization"),
    path("review/", review.queue_page, name="queue"),
    path("review/<int:pk>/", review.candidate_page, name="candidate"),
    path("review/<int:pk>/approve/", review.approve, name="approve"),
    path("review/<int:pk>/reject/", review.reject, name="reject"),
    path("review/<int:pk>/edit/", review.edit, name="edit"),
    path("review/<int:pk>/accept/", review.accept, name="accept"),
    path("review/<int:pk>/publish/", review.publish, name="publish"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/progress", runs.progress, name="run_progress"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="cancel_run"),
    path("runs/<int:pk>/retry/", runs.retry, name="retry_run"),
    path("briefs/<int:pk>/generate/", runs.generate, name="generate"),
    path("publications/", publications.publication_list, name="publications"),
    path("publications/<int:pk>/", publications.publication_page, name="publication"),
    path("publications/<int:pk>/withdraw/", publications.withdraw, name="withdraw"),
]
