"""The one guarded HTTP client through which every outbound call goes."""
