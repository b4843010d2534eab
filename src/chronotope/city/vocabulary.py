"""What venues and goods are called and how they are described, in seven languages. Data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of venue: how many there are of a thousand, and how it is named and described.

    `names` maps a language to the first and second halves of names; `text` describes one in
    English and, under other languages, in those. `{district}` is filled in.
    """

    category: str
    share: int
    tags: tuple[str, ...]
    names: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    text: dict[str, str]


KINDS = (
    Kind(
        "Dining > Coffee Shop",
        110,
        ("coffee", "quiet", "wifi", "breakfast"),
        {
            "en": (("Blue", "Quiet", "Copper", "Second", "Foggy"), ("Bean", "Cup", "Roastery")),
            "it": (("Caffè", "Torrefazione"), ("della Luna", "Centrale", "del Porto", "Aurora")),
            "fr": (("Café",), ("des Quais", "du Matin", "de la Rivière", "Lumière")),
            "de": (("Kaffeehaus", "Rösterei"), ("Morgenstern", "Linde", "am Ofen")),
            "zh": (("静心", "老树", "晨光", "小巷"), ("咖啡馆", "咖啡")),
            "ja": (("月光", "青い鳥", "木漏れ日"), ("珈琲店", "喫茶")),
            "es": (("Café",), ("del Huerto", "Amapola", "La Siesta")),
        },
        {
            "en": "A coffee shop in {district} with filter coffee, pastries and quiet tables.",
            "zh": "{district}的咖啡馆，手冲咖啡、点心和安静的座位。",
        },
    ),
    Kind(
        "Dining > Bakery",
        60,
        ("bread", "breakfast", "takeaway"),
        {
            "en": (("Stone", "Early", "Golden"), ("Oven", "Crust", "Loaf")),
            "it": (("Panificio", "Forno"), ("Rossi", "San Marco", "Antico")),
            "fr": (("Boulangerie",), ("du Pont", "Dorée", "des Lilas")),
            "de": (("Bäckerei",), ("Kornblume", "Sonnenlaib", "Steinofen")),
            "es": (("Panadería",), ("La Espiga", "El Molino")),
            "zh": (("麦香", "金穗"), ("面包房",)),
        },
        {"en": "A bakery in {district}: sourdough bread, rolls and cakes from early morning."},
    ),
    Kind(
        "Dining > Italian Restaurant",
        70,
        ("pasta", "pizza", "dinner"),
        {
            "it": (("Trattoria", "Osteria", "Pizzeria"), ("Da Nino", "Al Faro", "Bella Vista")),
            "en": (("Mamma's", "Little"), ("Pasta House", "Pizza Corner")),
        },
        {
            "en": "Italian restaurant in {district}: fresh pasta, wood-fired pizza and house wine.",
            "it": "Ristorante in {district}: pasta fresca, pizza al forno e vino della casa.",
        },
    ),
    Kind(
        "Dining > Chinese Restaurant",
        70,
        ("noodles", "dumplings", "dinner", "lunch"),
        {
            "zh": (("聚福", "金龙", "四季", "湘味"), ("饭店", "酒家", "面馆", "小厨")),
            "en": (("Jade", "Lucky", "Red Lantern"), ("Noodle House", "Dumplings", "Kitchen")),
        },
        {
            "en": "Chinese restaurant in {district}: hand-pulled noodles, dumplings and hot pot.",
            "zh": "{district}的中餐馆，手工面、饺子和火锅。",
        },
    ),
    Kind(
        "Dining > Japanese Restaurant",
        50,
        ("sushi", "ramen", "lunch"),
        {
            "ja": (("鮨", "麺処", "居酒屋"), ("さくら", "やま", "海風")),
            "en": (("Quiet", "Sea"), ("Ramen", "Sushi Bar")),
        },
        {"en": "Japanese restaurant in {district}: sushi, ramen and green tea."},
    ),
    Kind(
        "Dining > Vegan Restaurant",
        40,
        ("vegan", "salad", "lunch"),
        {
            "en": (("Green", "Root", "Wild"), ("Table", "Garden Kitchen", "Bowl")),
            "de": (("Grüner", "Zum"), ("Teller", "Kohlrabi")),
            "es": (("La Huerta",), ("Verde", "Viva")),
        },
        {"en": "Vegan kitchen in {district}: salads, bowls and lentil stew, all from plants."},
    ),
    Kind(
        "Nightlife > Bar",
        80,
        ("drinks", "late", "music"),
        {
            "en": (("The Rusty", "The Last", "Captain's"), ("Anchor", "Lamp", "Rest")),
            "it": (("Bar",), ("Notturno", "Marinaio")),
            "es": (("Bodega", "Bar"), ("La Luna", "Tres Gatos")),
            "de": (("Kneipe",), ("Zum Anker", "Laterne")),
        },
        {"en": "Bar in {district} with cocktails, local beer and music until late."},
    ),
    Kind(
        "Nightlife > Jazz Club",
        20,
        ("jazz", "concert", "late"),
        {"en": (("Blue Note", "Cellar", "Midnight"), ("Jazz", "Trio Club", "Sessions"))},
        {"en": "Jazz club in {district}: live trios, piano and late sessions."},
    ),
    Kind(
        "Sports > Gym",
        70,
        ("fitness", "training"),
        {
            "en": (("Iron", "North", "Pulse"), ("Gym", "Fitness", "Training Hall")),
            "de": (("Kraftwerk", "Studio"), ("Fitness", "Ost")),
            "zh": (("活力", "力行"), ("健身房",)),
        },
        {"en": "Gym in {district} with weights, courses and early opening hours."},
    ),
    Kind(
        "Sports > Climbing Hall",
        20,
        ("climbing", "bouldering"),
        {"en": (("Granite", "Overhang"), ("Climbing Hall", "Boulder Room"))},
        {"en": "Climbing hall in {district}: boulders, ropes and courses for beginners."},
    ),
    Kind(
        "Sports > Swimming Pool",
        20,
        ("swimming", "sauna"),
        {
            "en": (("Harbour", "North"), ("Baths", "Pool")),
            "it": (("Piscina",), ("Comunale", "Azzurra")),
        },
        {"en": "Indoor swimming pool in {district} with lanes, sauna and a children's basin."},
    ),
    Kind(
        "Outdoors > Park",
        60,
        ("walk", "trees", "running"),
        {
            "en": (("Willow", "Lighthouse", "Fountain"), ("Park", "Gardens", "Meadow")),
            "it": (("Giardino", "Parco"), ("dei Pini", "della Pace")),
            "fr": (("Jardin",), ("des Saules", "Fleuri")),
            "zh": (("翠湖", "荷花"), ("公园",)),
        },
        {"en": "Park in {district} with old trees, a pond and a running path."},
    ),
    Kind(
        "Outdoors > Beach",
        20,
        ("sea", "summer", "swimming"),
        {"en": (("South", "Pebble", "Lido"), ("Beach", "Cove")), "it": (("Lido",), ("Blu",))},
        {"en": "Beach near {district}: pebbles, clear water and a kiosk."},
    ),
    Kind(
        "Culture > Museum",
        40,
        ("exhibition", "history", "art"),
        {
            "en": (("Maritime", "City", "Glass"), ("Museum", "Collection")),
            "fr": (("Musée",), ("du Verre", "des Lettres")),
            "de": (("Museum",), ("für Gestaltung", "der Seefahrt")),
        },
        {"en": "Museum in {district}: changing exhibitions of art, ships and glass."},
    ),
    Kind(
        "Culture > Cinema",
        30,
        ("film", "evening"),
        {
            "en": (("Orion", "Palace"), ("Cinema", "Pictures")),
            "it": (("Cinema",), ("Paradiso", "Lumen")),
        },
        {"en": "Cinema in {district} showing new films in the original language."},
    ),
    Kind(
        "Culture > Bookshop",
        40,
        ("books", "reading", "quiet"),
        {
            "en": (("Paper", "Second"), ("Boat Books", "Chapter")),
            "fr": (("Librairie",), ("du Phare", "Marginale")),
            "zh": (("墨香", "读者"), ("书店",)),
            "es": (("Librería",), ("Cervantina", "del Mar")),
        },
        {"en": "Bookshop in {district} with novels, maps and an armchair by the window."},
    ),
    Kind(
        "Shops > Supermarket",
        70,
        ("groceries",),
        {
            "en": (("Corner", "Daily", "Union"), ("Market", "Grocer")),
            "it": (("Alimentari",), ("Bianchi", "Centrale")),
            "zh": (("万家", "福满"), ("超市",)),
        },
        {"en": "Supermarket in {district} with fruit, bread and everything for the day."},
    ),
    Kind(
        "Work > Office",
        80,
        ("office",),
        {
            "en": (("Glass", "Pier", "Signal"), ("Works", "Labs", "House")),
            "de": (("Kontor",), ("Nord", "am Markt")),
        },
        {"en": "Office building in {district}."},
    ),
    Kind(
        "Work > University Building",
        30,
        ("lectures", "campus"),
        {"en": (("Faculty of", "Institute of"), ("Letters", "Physics", "Medicine", "Design"))},
        {"en": "University building in {district} with lecture halls and a cafeteria."},
    ),
    Kind(
        "Transport > Station",
        20,
        ("tram", "train"),
        {"en": (("North", "Market", "Ferry"), ("Station", "Stop"))},
        {"en": "Tram and train station of {district}."},
    ),
)

GOODS: dict[str, tuple[tuple[str, str], ...]] = {
    "Books": (
        ("Atlas of lighthouses", "A large book of maps and photographs."),
        ("Short stories from the coast", "Twelve stories for the evening."),
        ("唐诗选", "唐代诗歌选集，附注释。"),
        ("Wörterbuch der Winde", "Ein Lexikon der Winde, für Segler und Leser."),
    ),
    "Tea": (
        ("铁观音乌龙茶", "来自山地的乌龙茶，花香。"),
        ("Sencha first flush", "Green tea from a spring harvest."),
        ("煎茶", "やわらかな緑茶。"),
        ("Earl Grey loose leaf", "Black tea with bergamot."),
    ),
    "Kitchen": (
        ("Teekanne aus Gusseisen", "Eine Kanne aus Gusseisen mit Sieb."),
        ("Chef's knife", "A sharp knife for vegetables."),
        ("Moka pot", "Stovetop coffee maker for three cups."),
        ("Wok", "Carbon steel wok for a hot flame."),
    ),
    "Running": (
        ("Trail running shoes", "Light shoes with grip for wet paths."),
        ("Gourde souple", "Une gourde souple pour les longues sorties."),
        ("Reflective vest", "Seen at night, from all sides."),
        ("Running watch", "Counts kilometres and heartbeats."),
    ),
    "Music": (
        ("Jazz piano anthology", "Scores for piano, from stride to modal."),
        ("Vinyl of harbour songs", "Old songs of sailors on vinyl."),
        ("Headphones", "Closed headphones for travel."),
        ("Guitarra de viaje", "Una guitarra pequeña para llevar."),
    ),
    "Garden": (
        ("Semillas de tomate", "Semillas de tomate de la huerta."),
        ("Pruning shears", "Steel shears for roses."),
        ("Watering can", "Ten litres, long spout."),
        ("Herb box", "Basil, thyme and mint for the window."),
    ),
}
"""Lines of the shop's goods, each with the names and descriptions of its products."""

VARIANTS = (
    "",
    " – gift edition",
    " – large",
    " – small",
    " II",
    " – red",
    " – blue",
    " – used",
    " set",
)
