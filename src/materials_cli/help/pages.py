"""The explanations of web pages that came in place of Drive's answers."""

from materials_cli.help.entry import Explanation

PAGES = {
    "unexpected_page": Explanation(
        "materials asked Google Drive and received a web page, whose title is shown. Google's own pages are recognised, so it "
        "usually comes from a filter or proxy of your network, or from the sign-in page of a hotel or airport network.",
        "Open https://drive.google.com in a browser on this computer. If you see the same page, your network sends it.",
        (
            "In a hotel or at an airport: sign in to the network in the browser, and run it again.",
            "In an office: ask your IT to allow www.googleapis.com, *.google.com and *.googleusercontent.com.",
            "If the browser shows Drive, run it again later. If it happens again, report the text shown.",
        ),
    ),
    "browser_needed": Explanation(
        "Without a credential, materials reads the pages that Google shows to everybody. Google showed another page instead, "
        "which asks for consent to cookies or for another browser. Only a person in a browser can answer it.",
        "Google shows such pages to visitors from some countries and networks, and only at times.",
        (
            "Use an API key: it is free, takes five minutes, and Google's API shows no such pages (`materials help access`).",
            "Or run it again later, or from another network.",
        ),
    ),
}
