"""Services that left the shop and whose data stays."""

from andamio.model import Tombstone

wishlist = Tombstone(
    service="wishlist", environments=("staging", "production"), database="shared", topics=("wish-made",)
)
