"""What LangChain's own suite expects of a chat model that is used without a network."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_tests.unit_tests import ChatModelUnitTests

from accel.langchain import ChatLookahead
from app.service import Citewell


class TestChatLookahead(ChatModelUnitTests):
    """LangChain's unit suite; a model without tools and structured output leaves out what is about these."""

    @pytest.fixture(autouse=True)
    def _generator(self, service: Citewell) -> None:
        self._service = service

    @property
    def chat_model_class(self) -> type[ChatLookahead]:
        return ChatLookahead

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"generator": self._service.models.generator}
