"""Bring streams into the graph as they go on: files that grow, pipes, topics of Kafka."""

from chronotope.streaming.follow import Follower, FollowOptions
from chronotope.streaming.kafka import DeadLetterTopic, parse_address
from chronotope.streaming.rejects import keep_log
from chronotope.streaming.sources import open_source
from chronotope.streaming.status import Status

__all__ = [
    "DeadLetterTopic",
    "FollowOptions",
    "Follower",
    "Status",
    "keep_log",
    "open_source",
    "parse_address",
]
