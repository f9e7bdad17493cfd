"""The administration's routes for people, tokens and the search in the consent log."""

from __future__ import annotations

from consent.record_search import FoundRecords
from consent.tokens import NewToken, Scope, Token
from consent.users import User
from consent.web import admin_records, admin_users
from consent.web.admin_route import BODY, OF_SITE, admin_route
from consent.web.route import Route

_USER = r"users/{name:[a-z0-9][a-z0-9._@+-]*}"

PEOPLE: tuple[Route, ...] = (
    admin_route(
        "GET", "users", Scope.ADMIN, admin_users.list_users, "Who may use the dashboard", all_sites=True, answers=list[User]
    ),
    admin_route(
        "POST", "users", Scope.ADMIN, admin_users.post_user, "Add a person", all_sites=True, status=201,
        takes=admin_users.NewUser, answers=User, problems=BODY,
    ),
    admin_route(
        "PUT", f"{_USER}/password", Scope.ADMIN, admin_users.put_password, "Set a password", all_sites=True,
        takes=admin_users.NewPassword, answers=admin_users.Gone, problems=BODY,
    ),
    admin_route(
        "DELETE", _USER, Scope.ADMIN, admin_users.delete_user, "Remove a person", all_sites=True, answers=admin_users.Gone
    ),
    admin_route(
        "GET", "tokens", Scope.ADMIN, admin_users.list_tokens, "The tokens, without secrets", all_sites=True,
        answers=list[Token],
    ),
    admin_route(
        "POST", "tokens", Scope.ADMIN, admin_users.post_token, "Make a token", all_sites=True, status=201,
        takes=admin_users.TokenWish, answers=NewToken, problems=BODY,
    ),
    admin_route(
        "DELETE", "tokens/{token:[0-9a-f]{12}}", Scope.ADMIN, admin_users.delete_token, "End a token", all_sites=True,
        answers=admin_users.Gone,
    ),
    admin_route(
        "GET", f"{OF_SITE}/records", Scope.READ, admin_records.find_records, "Search a site's records by time",
        answers=FoundRecords, problems=(400,), query=("since", "until", "before", "limit"),
    ),
    admin_route(
        "GET", rf"{OF_SITE}/records/{{record_id:[0-9a-f-]{{1,36}}}}", Scope.READ, admin_records.get_standing,
        "One record, and whether it is what was sealed", answers=admin_records.RecordStanding,
    ),
)  # fmt: skip
