"""The addresses of the desk."""

from django.urls import path
from django.views.generic import RedirectView

from creatives.workbench.views import clear, dossier, publications, review, rules, runs, session

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
    path("review/<int:pk>/clear/", clear.clear, name="clear"),
    path("review/<int:pk>/reopen/", clear.withdraw_clearance, name="reopen"),
    path("papers/<int:pk>/file", clear.paper, name="paper"),
    path("review/<int:pk>/dossier/", dossier.dossier, {"kind": "html"}, name="dossier"),
    path("review/<int:pk>/dossier.pdf", dossier.dossier, {"kind": "pdf"}, name="dossier_pdf"),
    path("review/<int:pk>/dossier.json", dossier.dossier, {"kind": "json"}, name="dossier_json"),
    path("rules/", rules.pack_list, name="packs"),
    path("rules/playground/", rules.playground, name="playground"),
    path("rules/<slug:name>/", rules.pack_page, name="pack"),
    path("rules/<slug:name>/<str:rule>/", rules.rule_page, name="rule"),
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
