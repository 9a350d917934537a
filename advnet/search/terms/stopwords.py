"""Words that stand in every text and therefore say nothing about which one is meant."""

_ENGLISH = """
    a about above after again against al all also although among an and any are as at be because been before being below
    between both but by can cannot could d did do does doing down during each either et etc few for from further had has
    have having he her here hers him his how however i if in into is it its itself just ll may me might more most must
    my no nor not of off on once only onto or other our ours out over own per s same shall she should since so some
    such t than that the their theirs them then there therefore these they this those through thus to too toward
    towards under until up upon us ve very via was we were what when where whether which while who whom whose why will
    with within without would you your yours
"""

_SLIGHT = """
    able about according account across actual additional aim allow already although always another apply approach
    appropriate area ask aspect available aware base become begin believe best better big bring broad call carry case
    cause certain change choose clear close come common compare complete concern consider contain continue contribute
    current deal declare describe detail determine develop difference different difficult discuss do early easy effect
    enough ensure especially establish even ever every example exist expect explain fact far feature find first five
    focus follow form four full further general get give given go good great group help high hold idea identify
    implication important improve include increase indicate introduce investigate involve issue keep key kind know known
    large last late later lead least less let level like likely little long look low main mainly major make many matter
    mean means method much must namely near necessary need never new next novel now number numerous obtain occur often
    one open order others overall paper part particular people perform place play point possible potential practical
    present problem produce propose provide purpose put question quite range rather really receive recent recently
    reduce relate relation relevant remain report require research respect result role say second see seem several show
    significant similar simple since single situation six small solution something sort special specific start state
    still strong study subject sufficient suggest suitable support sure take task tell term thing think third three time
    today together topic total toward true try two type understand use useful various view want way week well whole wide
    work year years yet
"""

_JAPANESE_PAIRS = """
    ある あっ あり いう いて いる うな うに おけ おり おる おれ よび かつ から ける こと これ この さら され した して
    しな する すべ その それ ため たり だけ つい つの であ でい でき では でな です とい とき とし とす とて との とは
    とも どう どの ない なお なが なく など なら なり なる なっ にお にか にし にす にた につ にと には によ べき ほか
    また まで ます まし ませ もの もに よう より よる らず らに られ るこ るた ると るも れた れて れば れる をす をも
    んだ
"""

_SLIGHT_JAPANESE = """
    必要 方法 対応 実際 条件 場合 問題 課題 重要 状況 今後 現在 以上 以下 可能 関係 影響
"""

STOP_WORDS = frozenset(_ENGLISH.split())
"""Not indexed; neither are the remains of contractions (it's, don't, we'll) and of “et al.”"""

SLIGHT_WORDS = frozenset(_SLIGHT.split())
"""Indexed and counted as all words are, but no reason that a reader would learn anything from."""

SLIGHT_JAPANESE_WORDS = frozenset(_SLIGHT_JAPANESE.split())
"""The same in Japanese, as whole words: 必要 says nothing, 必要量 may."""

STOP_PAIRS = frozenset(_JAPANESE_PAIRS.split())
"""Pairs of the grammar that holds Japanese sentences together, folded. They are indexed, so that phrases are found, but
do not count when a question is matched. たい is not among them: it is Thailand as well."""
