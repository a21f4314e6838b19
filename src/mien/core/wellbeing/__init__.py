"""Well-being, pure: expressions of days and people as scores, their trends, what is told of groups.

The score is a summary of what a camera saw, for people to compare with how they feel. It is no
measurement of feelings: docs/wellbeing.md says what is known of that.
"""
