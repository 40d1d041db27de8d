"""The part of a talk that takes photos, films and files, several sent together answered once."""

from __future__ import annotations

from flows.kit import Flow, Heard, Say


class Pictures(Flow):
    """A talk that takes pictures. Kept in `data`: photos (media ids), sets, no_photo."""

    def answer_once(self, heard: Heard) -> None:
        """Photos sent together come one by one, in any order: the first is answered, the others join it quietly."""
        sets = self.data.setdefault("sets", [])
        self.quiet = heard.set_id is not None and heard.set_id in sets
        if heard.set_id is not None and not self.quiet:
            sets.append(heard.set_id)

    def keep_photo(self, heard: Heard) -> None:
        """A photo, film or file."""
        self.answer_once(heard)
        photos = self.data.setdefault("photos", [])
        most = self.desk.rules.whole("case", "max_photos")
        if len(photos) >= most:
            if heard.media is not None:
                self.desk.drop_media(heard.media)
            if not self.quiet:
                self.say("report.photos_full", most=most)
            return
        if heard.media is not None:
            photos.append(heard.media)
        self.data.pop("no_photo", None)
        self.got = Say("report.got_photo")

    def skip_photo(self, heard: Heard) -> None:
        """There is no photo."""
        self.data["no_photo"] = True

    def lacks_photo(self, heard: Heard | None) -> bool:
        """No photo yet, and none refused."""
        return not self.data.get("photos") and not self.data.get("no_photo")

    def forget_photos(self, heard: Heard) -> None:
        """The photos are to be sent anew."""
        self.set_aside("photos", "no_photo")

    def lose_photo(self, heard: Heard) -> None:
        """A photo could not be kept (not a picture, too large, taken back): say so, and ask on."""
        photos = self.data.get("photos", [])
        if heard.media in photos:
            photos.remove(heard.media)
        if not photos and self.state == "check":
            self.data["no_photo"] = True
        self.say("report.photo_lost")

    def dropped(self) -> None:
        """See Flow: the pictures are not wanted any more."""
        for media in self.data.get("photos", []):
            self.desk.drop_media(media)

    def settle_photos(self) -> None:
        """Photos that were set aside and replaced are not wanted any more."""
        for media in self.data.get("undo", {}).get("photos", []):
            if media not in self.data.get("photos", []):
                self.desk.drop_media(media)
        self.data["undo"] = {}
