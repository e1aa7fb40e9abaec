"""Plays addresses back with pywb from the folder given: prints for each its status and the sha256 of what it shows."""

import hashlib
import json
import os
import sys

from pywb.apps.frontendapp import FrontEndApp
from werkzeug.test import Client

if __name__ == "__main__":
    folder, *asked = sys.argv[1:]
    os.chdir(folder)
    client = Client(FrontEndApp())
    for url in asked:
        # "id_": the archived body as it is, without pywb's own banner and rewritten links.
        answer = client.get(f"/reports/2025id_/{url}")
        shown = {"url": url, "status": answer.status_code, "sha256": hashlib.sha256(answer.data).hexdigest()}
        print(json.dumps(shown), flush=True)
    os._exit(0)  # pywb's inner server has no end of its own
