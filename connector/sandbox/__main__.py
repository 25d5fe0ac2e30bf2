"""``python -m connector.sandbox`` will serve the store and the Infor tenant on one port."""

import sys

from connector.sandbox.serve import main

sys.exit(main())
