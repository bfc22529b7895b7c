from tests.web.ground import city, ground, permit, quick_passwords

__all__ = ["city", "ground", "permit", "quick_passwords"]
