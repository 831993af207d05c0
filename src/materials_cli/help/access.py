"""The ways to get into a folder on Drive, as `materials help access` tells them: what for, and how."""

from types import MappingProxyType

from materials_cli.messages import msg

ACCESS = MappingProxyType(
    {
        msg("nothing at all"): msg(
            "The folder is shared as “Anyone with the link”, and you want to try it: its public page is read. It states no "
            "checksums and no sizes, and Google refuses many requests at once."
        ),
        msg("an API key"): msg(
            "The folder is shared by link and synced regularly. It is free and takes four clicks on "
            "https://console.cloud.google.com/: create a project; APIs & Services → Library → Google Drive API → Enable; "
            "Credentials → Create credentials → API key; copy it. Then: materials auth set-key"
        ),
        msg("your own account"): msg(
            "The folder is shared only with you. On the same pages: Google Auth Platform → Clients → Create client → Desktop "
            "app, and download the file. Then: materials auth login --client FILE"
        ),
        msg("a service account"): msg(
            "The folder is private, and a server syncs it. Create the account on the same pages, share the folder with its "
            "e-mail address, and set GOOGLE_APPLICATION_CREDENTIALS to the path of its JSON file."
        ),
        msg("gcloud"): msg("You already use Google Cloud: materials auth login --gcloud"),
    }
)
