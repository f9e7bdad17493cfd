from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.alerts import AlertSettings, alert_problems, secret
from consent.model.errors import ConfigError
from consent.model.sites import load_sites

SITE = '[sites.larkspur]\nurl = "https://larkspur.example/"\n'
SMTP = '[server.smtp]\nhost = "mail.larkspur.example"\nsender = "consentry@larkspur.example"\n'


def test_targets_come_in_the_order_of_the_file() -> None:
    settings = AlertSettings(
        email=("a@b.example",), webhooks=("https://hooks.example/x",), slack=("env:SLACK",)
    )
    assert list(settings.targets()) == [
        ("email", "a@b.example"),
        ("webhook", "https://hooks.example/x"),
        ("slack", "env:SLACK"),
    ]
    assert list(alert_problems(settings, smtp=True)) == []


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('email = ["privacy@larkspur.example"]', "sites.larkspur.alerts.email"),
        ('email = ["privacy"]', "sites.larkspur.alerts.email[0]"),
        ('webhooks = ["ftp://hooks.example"]', "sites.larkspur.alerts.webhooks[0]"),
        ('webhooks = ["env:not-a-name"]', "sites.larkspur.alerts.webhooks"),
        ('webhooks = ["https://a.example", "https://a.example"]', "sites.larkspur.alerts.webhooks"),
        ('slack = ["https://hooks.slack.example/secret"]', "sites.larkspur.alerts.slack[0]"),
        ('when = "always"', "sites.larkspur.alerts.when"),
        ("mail = []", "sites.larkspur.alerts.mail"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(tmp_path: Path, lines: str, key: str) -> None:
    path = tmp_path / "sites.toml"
    path.write_text(f"{SITE}[sites.larkspur.alerts]\n{lines}\n")
    with pytest.raises(ConfigError) as raised:
        load_sites(path)
    assert key in raised.value.message


def test_mail_needs_a_mail_server(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text(f'{SMTP}{SITE}[sites.larkspur.alerts]\nemail = ["privacy@larkspur.example"]\n')
    site = load_sites(path).site("larkspur")
    assert site.alerts == AlertSettings(email=("privacy@larkspur.example",))


def test_a_secret_is_in_the_environment_or_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    monkeypatch.setenv("CONSENTRY_TEST_SECRET", "from-environment")
    assert secret("env:CONSENTRY_TEST_SECRET", "here") == "from-environment"
    assert secret(f"file:{file}", "here") == "from-file"
    assert secret("https://hooks.example/", "here") == "https://hooks.example/"
    file.write_text("")
    for reference in ("env:CONSENTRY_NO_SUCH", f"file:{file}", f"file:{tmp_path}/none"):
        with pytest.raises(ConfigError, match=r"^here: "):
            secret(reference, "here")
