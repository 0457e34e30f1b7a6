& git status
