"""The desk at which people review, watch runs and publish. Server-rendered; decides nothing."""
