"""The addresses of acting for another that other pages lead to."""

ACT_FOR = "/act-for"
