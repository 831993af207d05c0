"""Questions about all and nothing: what a text is near to whatever is asked, it is not near to.

A model of many languages puts some texts, and some languages, near every question. So the nearness of a text to the middle of
these questions is taken from its nearness to the one that was asked (compare Lample et al. 2018, “Word translation without
parallel data”, on hubs).
"""

QUESTIONS = (
    "how to cook rice", "the weather tomorrow", "history of the Roman empire", "football match results",
    "symptoms of influenza", "learning to play the piano", "stars and galaxies", "cheap flights to Paris",
    "growing tomatoes in a garden", "how engines work", "famous painters", "tax declaration deadline", "school timetable",
    "repairing a bicycle", "dogs and cats", "the price of oil", "a wedding invitation", "ocean currents",
    "programming in Python", "children's stories", "public transport routes", "mental health", "forest fires", "making wine",
    "the stock exchange", "ancient languages", "sleep problems", "electric cars", "human rights", "digital services",
    "local elections", "workplace safety",
    "как сварить рис", "погода на завтра", "история Древнего Рима", "результаты матча", "симптомы гриппа", "игра на пианино",
    "звёзды и галактики", "дешёвые билеты", "выращивание помидоров", "как работает двигатель", "цена на нефть",
    "ремонт велосипеда", "школьное расписание", "налоговая декларация", "защита леса", "выборы",
    "밥 짓는 법", "내일 날씨", "로마 제국의 역사", "축구 결과", "독감 증상", "피아노 배우기", "별과 은하",
    "자전거 수리", "유가", "숲 보호",
)  # fmt: skip
