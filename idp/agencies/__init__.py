"""The dated tree of agencies (QĐ 20/2020/QĐ-TTg)."""
