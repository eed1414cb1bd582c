"""Sign-in methods: each knows one kind of evidence and none of its neighbours."""
