"""Launches the example `axum` from a platform on loopback: grades, rosters, content selection.

    python check.py PLATFORM_BASE_URL TOOL_BASE_URL TEACHER LEARNER GRADE_KEY

Ends with 1 where anything is not as it should be.
"""

import sys

import content_selection
import grades
from browser import Browser, failed

platform, tool, teacher, learner, grade_key = sys.argv[1:6]
grades.check(Browser(platform, tool), learner, grade_key)
content_selection.check(Browser(platform, tool), teacher, learner)
sys.exit(1 if failed else 0)
