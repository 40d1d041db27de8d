"""The official SDK finds the sandbox to be LINE."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    ReplyMessageRequest,
    RichMenuRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
)

from .echo import SECRET, TOKEN, Rig
from .test_richmenu import MENU, PNG


def test_the_sdk_talks_to_it(rig: Rig) -> None:
    person = rig.person()
    photo = rig.sandbox.acts.media(person, person, "image", [("a.jpg", "image/jpeg", b"\xff\xd8\xffpicture")], 0)[0]
    follow = rig.bot.wait(2)[0]
    raw = json.dumps({"destination": rig.sandbox.world.bot_id, "events": rig.bot.events})
    signature = base64.b64encode(hmac.new(SECRET.encode(), raw.encode(), hashlib.sha256).digest()).decode()
    parsed = WebhookParser(SECRET).parse(raw, signature)
    assert [type(event).__name__ for event in parsed] == ["FollowEvent", "MessageEvent"]
    with ApiClient(Configuration(host=f"{rig.base}/sandbox/line", access_token=TOKEN)) as client:
        api, blob = MessagingApi(client), MessagingApiBlob(client)
        hello = [TextMessage(text="hello")]
        sent = api.reply_message(ReplyMessageRequest(replyToken=follow["replyToken"], messages=hello), _request_timeout=5)
        assert sent.sent_messages[0].id
        with pytest.raises(ApiException) as refused:
            api.push_message(PushMessageRequest(to="U" + "0" * 32, messages=hello), _request_timeout=5)
        assert refused.value.status == 400 and refused.value.headers["x-line-request-id"]
        assert bytes(blob.get_message_content(photo.id, _request_timeout=5)) == b"\xff\xd8\xffpicture"
        assert blob.get_message_content_transcoding_by_message_id(photo.id, _request_timeout=5).status == "succeeded"
        assert api.get_profile(person, _request_timeout=5).display_name == "somchai"
        assert api.get_bot_info(_request_timeout=5).user_id == rig.sandbox.world.bot_id
        assert api.get_message_quota(_request_timeout=5).type == "none"
        assert api.get_message_quota_consumption(_request_timeout=5).total_usage == 0
        api.show_loading_animation(ShowLoadingAnimationRequest(chatId=person, loadingSeconds=5), _request_timeout=5)
        menu = api.create_rich_menu(RichMenuRequest.from_dict(MENU), _request_timeout=5).rich_menu_id
        blob.set_rich_menu_image(menu, PNG, _headers={"Content-Type": "image/png"}, _request_timeout=5)
        api.set_default_rich_menu(menu, _request_timeout=5)
        assert api.get_default_rich_menu_id(_request_timeout=5).rich_menu_id == menu
        assert api.test_webhook_endpoint(_request_timeout=5).success
        rig.page("POST", "/faults", {"fault": "drop", "next": 1})
        with pytest.raises(Exception, match=r"IncompleteRead|broken|Max retries|aborted"):
            api.push_message(PushMessageRequest(to=person, messages=hello), _request_timeout=5)
