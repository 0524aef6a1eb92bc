"""The room that commits: asks policy, runs stages, then stores, signs and logs, always in that order."""
