"""Explanations about keys, accounts and sign-ins."""

from materials_cli.help.entry import Explanation

CREDENTIALS = {
    "no_credential": Explanation(
        "The request reached Google without a credential, which the API does not allow.",
        "`materials auth status` shows which credential is in use.",
        (
            "Create a free API key in four clicks: `materials help access`.",
            "Store it: materials auth set-key",
            "Or use no credential: MATERIALS_KEYLESS=1 reads the folder's public page.",
        ),
    ),
    "bad_key": Explanation(
        "Google rejected the API key before looking at the folder; the folder itself may be fine.",
        "The message contains Google's reason. The key may be truncated, deleted, expired, or restricted to other APIs, "
        "websites or addresses. `materials auth status` shows where the key comes from: the environment variable takes "
        "precedence over a stored key.",
        (
            (
                "In the Google Cloud console, under APIs & Services → Credentials, check that the key exists and is not "
                "restricted."
            ),
            "Copy the whole key again and store it: materials auth set-key",
            "If GOOGLE_API_KEY contains an old key: unset GOOGLE_API_KEY",
            "Meanwhile MATERIALS_KEYLESS=1 reads the public page.",
        ),
    ),
    "credential_rejected": Explanation(
        "The sign-in or account is no longer accepted: it expired, was revoked, or its password changed.",
        "Sign-ins of an app “in testing” expire after 7 days. A service account may have been deleted or its key "
        "disabled. A clock that is several minutes off has the same effect: `materials doctor` checks it.",
        (
            "For your own account: materials auth login --client FILE; then publish the app, so that the sign-in lasts.",
            "For a service account: create a new JSON key and point GOOGLE_APPLICATION_CREDENTIALS to it.",
            "For gcloud: gcloud auth application-default login, then materials auth login --gcloud",
        ),
    ),
    "bad_account_file": Explanation(
        "The credentials file is missing, unreadable, or not a credentials file.",
        "The message shows its path. It must be the unchanged JSON file downloaded from Google.",
        (
            "For a service account: Google Cloud console → IAM → Service accounts → Keys → Add key → JSON.",
            "For `auth login --client`: Google Auth Platform → Clients → a client of type Desktop app → Download.",
            "To use no account: unset GOOGLE_APPLICATION_CREDENTIALS, or materials auth logout",
        ),
    ),
    "login_failed": Explanation(
        "The sign-in was not completed: it was refused, took longer than five minutes, or the response was altered.",
        "The message contains Google's answer. “access_denied” means that access was declined, or that you are not one "
        "of the app's test users.",
        (
            "Add yourself as a test user (Google Auth Platform → Audience), or publish the app.",
            "Start again and answer within five minutes: materials auth login --client FILE",
            "On a server: add --no-browser, open the link in any browser, and paste the final address.",
            "If the folder can be shared by link, no sign-in is needed at all.",
        ),
    ),
    "api_not_enabled": Explanation(
        "The key or account is valid, but the Google Drive API is not enabled in its Google Cloud project.",
        "Google's own message names the project.",
        (
            "In the Google Cloud console choose that project: APIs & Services → Library → Google Drive API → Enable.",
            "Wait a minute or two and run it again.",
        ),
    ),
}
