"""The words of the live page, English and Chinese; those that other pages have are theirs."""

from chronotope import pages
from chronotope.language import Language

_SHARED = (
    "places", "rhythm", "rhythm says", "tags", "recommendations", "terms", "where",
    "people in cells", "week", "week says", "score", "people", "hour", "trend", "nowhere",
)  # fmt: skip
_WORDS = {
    "title": ("Explore the graph", "浏览图谱"),
    "ask": ("Ask", "提问"),
    "user": ("User", "用户"),
    "user hint": ("The id begins with …", "ID开头……"),
    "users found": ("Users found", "找到的用户"),
    "more": ("More", "更多"),
    "nobody": ("Nobody's id begins so.", "没有以此开头的用户。"),
    "choose": ("Choose a user to begin.", "请先选择一个用户。"),
    "at": ("Moment", "时刻"),
    "zone": ("Time of {zone}", "{zone}时间"),
    "task": ("What for", "任务"),
    "next": ("where next", "下一步去哪里"),
    "discover": ("what is new to them", "发现新事物"),
    "new_items": ("what is new to all", "全新项目"),
    "here": ("Place", "地点"),
    "no place": ("none: their own places", "未指定：使用自己的地点"),
    "point": ("the point on the map", "地图上的点"),
    "hour at": ("{hour}:00", "{hour}时"),
    "map says": (
        "Map of people in cells. Click it to say where the user is, or choose from the places.",
        "各格子人数地图。点击地图可指定用户所在位置；地点列表作用相同。",
    ),
    "map help": (
        "Click the map to say where the user is. The cells outlined are the busiest of the hour.",
        "点击地图指定用户位置。加粗边框的是该时段最热闹的格子。",
    ),
    "busiest": ("Busiest at {hour}:00", "{hour}时最热闹"),
    "quiet": ("Too few people to be told of at {hour}:00.", "{hour}时人数过少，不予显示。"),
    "mix at": ("What people turn to at {hour}:00", "{hour}时人们做什么"),
    "mark own": ("where the user was", "用户去过"),
    "mark item": ("recommended", "推荐"),
    "mark here": ("the place", "指定地点"),
    "of": ("For {user}", "为{user}推荐"),
    "nothing": ("Nothing is recommended.", "没有推荐。"),
    "item": ("One item", "单个项目"),
    "item help": (
        "Click a recommendation, or type what is not among them to ask why not.",
        "点击一条推荐，或输入未被推荐的项目以询问原因。",
    ),
    "item hint": ("Id or words of its name", "ID或名称"),
    "items found": ("Items found", "找到的项目"),
    "no item": ("No item is called so.", "没有这样的项目。"),
    "why": ("Why {item}?", "为什么推荐{item}？"),
    "why not": ("Why not {item}?", "为什么不推荐{item}？"),
    "share": ("What each term adds", "每一项的贡献"),
    "hours": ("The score by hour of the day", "一天各时段的得分"),
    "try": ("What if {user} did this now: {item}?", "如果{user}现在去{item}会怎样？"),
    "kind": ("Kind of event", "事件类型"),
    "try it": ("Try it", "试一试"),
    "try help": (
        "Written and asked in one transaction, which is rolled back: nothing is kept.",
        "在同一事务中写入并查询，随后回滚：不会保留。",
    ),
    "keep": ("Keep it", "保留"),
    "kept": ("Kept: it counts from now on.", "已保留：从现在起生效。"),
    "kept declined": ("Kept as declined.", "已记录为拒绝。"),
    "kept known": ("The graph said so already.", "图谱中已有此事件。"),
    "known": ("The graph has this event already: nothing changes.", "图谱已有此事件：没有变化。"),
    "before": ("Before", "之前"),
    "after": ("After", "之后"),
    "up": ("up {count}", "上升{count}位"),
    "down": ("down {count}", "下降{count}位"),
    "same": ("as before", "不变"),
    "entered": ("new here", "新进入"),
    "about": ("The user", "用户概况"),
    "city": ("The city", "城市"),
    "amount": ("{amount} people", "{amount}人"),
    "working": ("Asking the graph …", "正在查询……"),
    "gone": (
        "The program behind this page has ended. Run chronotope explore and open its new link.",
        "本页面背后的程序没有响应。请重新运行 chronotope explore 并打开新链接。",
    ),
}  # fmt: skip


def words(language: Language) -> dict[str, str]:
    """Return all words of the page; what stands in braces is put in by the page."""
    shared = {key: pages.words(key, language) for key in _SHARED}
    return {**shared, **{key: pair[language == "zh"] for key, pair in _WORDS.items()}}
