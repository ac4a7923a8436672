"""The JSON of our own API: what requests may hold and what answers do hold. camelCase; unknown members are refused."""
