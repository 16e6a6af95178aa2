"""What people have written to break out of, or to exhaust, expression languages: as expressions, conditions, templates."""

# Attributes of Python's objects: in our language names of fields that do not exist.
ATTRIBUTES = (
    "__class__", "__bases__", "__base__", "__mro__", "__subclasses__", "__globals__", "__builtins__", "__init__", "__dict__", "__code__",
    "__closure__", "__func__", "__self__", "__module__", "__import__", "__getattribute__", "__reduce__", "__reduce_ex__", "__getitem__",
    "__call__", "__doc__", "__name__", "__qualname__", "__annotations__", "__wrapped__", "__loader__", "__spec__", "__file__", "__path__",
    "gi_frame", "gi_code", "cr_frame", "f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "tb_next", "func_globals", "co_consts",
    "mro", "format", "format_map", "constructor", "prototype", "__proto__", "_value", "reveal", "_run", "raw", "values_by_name",
)  # fmt: skip
# What an attribute is asked of; each is tried with every attribute.
VICTIMS = ("''", "trigger", "trigger.text", "[]", "(1)", "now()", "trigger.list[0]")

CALLS = [
    "__import__('os').system('id')", "eval('1')", "exec('x=1')", "open('/etc/passwd')", "open('/etc/passwd').read()", "compile('1', '', 'eval')",
    "getattr('', 'upper')", "setattr(trigger, 'a', 1)", "globals()", "locals()", "vars()", "dir(trigger)", "type('x', [], {})", "object()",
    "print('x')", "input()", "exit()", "breakpoint()", "help()", "memoryview('a')", "bytes('a')", "super()", "isinstance('', str)",
    "callable(upper)", "id('')", "repr('')", "format('{}', 1)", "hash.__self__", "os.system('id')", "subprocess.run(['id'])", "sys.exit()",
    "process.exit()", "require('child_process').execSync('id')", "this.constructor.constructor('return process')()", "global.process.env",
    "Function('return 1')()", "window.location", "document.cookie", "fetch('http://169.254.169.254/')", "XMLHttpRequest()",
    "import('fs')", "new Function('x')", "Java.type('java.lang.Runtime')", "T(java.lang.Runtime).getRuntime().exec('id')",
    "#{7*7}", "<%= 7*7 %>", "@(1+1)", "$(id)", "`id`", "%{7*7}", "*{7*7}", "~{1}", "[[7*7]]", "#set($x=1)", "{php}echo 1;{/php}",
    "() => 1", "x => x", "lambda: 1", "function() {}", "(x) = 1", "x := 1", "a; b", "a\nb", "1 if true else 2", "[x for x in [1]]", "*[1]",
    "**{}", "a.b()", "a.b.c()", "trigger()", "trigger.text()", "trigger['text']()", "upper.upper('a')", "upper", "has", "map", "uuid",
    "'a'.upper.upper()", "'%s' % 'a'", "'%(a)s' % {'a': 1}", "'{0.__class__}'.format(1)", "'{}'.format(trigger)", "f'{trigger}'", "u'a'", "b'a'",
    "'a' 'b'", "'\\N{DIGIT ONE}'", "'\\u{1F600}'", "1_000", "0b1", "0o7", "1j", "1e", "1.e", "..1", "...", "a...b", "a?.b", "a?.[0]", "a::b",
    "a->b", "a!", "a++", "--a--", "a += 1", "a = b", "del a", "not a", "a is b", "a and b", "a <> b", "a === b", "a !== b", "a << 1", "a >> 1",
    "a & b", "a | b", "a ^ b", "~a", "a // b", "a @ b", "@a", "a, b", "(a, b)", "{a}", "{1, 2}", "[:]", "a[1:2]", "a[:]", "a[]", "a[1,2]",
    "''.join(['a'] * 99)", "'a' * 1000000000", "[0] * 1000000000", "9 ** 9 ** 9", "2 ** 9223372036854775807", "10 ** 1000", "1 << 100000",
    "0 ** -1", "(-1) ** 0.5", "1e308 * 1e308", "-9223372036854775808 / -1", "-9223372036854775808 % -1", "0 % 0", "1 / 0", "1e999", "0x" + "F" * 60,
    "9" * 400, "round(1.5, 999999999)", "round(1e308, 15)", "padStart('a', 999999999999, 'b')", "'a'.padEnd(9223372036854775807)",
    "replace(trigger.text, '', 'x')", "split(trigger.text, '')", "nth([1], -9223372036854775808)", "slice('a', -9223372036854775808, 9223372036854775807)",
    "substr('a', 9223372036854775807, 9223372036854775807)", "trigger.list[9223372036854775807]", "trigger.list[-9223372036854775808]",
    "randomInt(-9223372036854775808, 9223372036854775807)", "addDays(now(), 9223372036854775807)", "addDays(now(), -1e300)",
    "formatDate(now(), '%Y%%s%n')", "formatDate(now(), '{0.__class__}')", "formatDate(now(), 'YYYY', '../../../etc/passwd')",
    "formatDate(now(), 'YYYY', '/etc/localtime')", "formatDate(now(), 'YYYY', 'UTC\\t')", "today('__pycache__')", "today('tzdata')", "today('posixrules')",
    "parseDate('1', '(?P<year>a)')", "parseDate('a', '(a+)+$')", "parseDate('[', '[')", "hash('a', 'shake_128')", "hash('a', '../md5')",
    "fromJson('{\"__proto__\": 1}')", "fromJson('[' )", "fromJson('1e999')", "fromJson('-0')", "fromJson('{\"a\":NaN}')", "toJson(trigger)",
    "get(trigger, '__class__.__mro__')", "get(trigger, '..')", "get(trigger, '')", "set({}, '__class__', 1)", "pick(trigger, ['__class__'])",
    "matches('a', '(a+)+$')", "matches('a', '(?P<x>a)(?P=x)')", "matches('a', '\\\\1')", "matches('a', '(?R)')", "matches('a', 'a{1001}')",
    "matches('a', '[')", "matches('a', '(?i')", "matches('a', '\\\\C')", "matches('a', '*')", "matches('', '(|a)*')", "matches('a', '(?<=a)')",
    "trigger.map(x, x.__class__)", "trigger.map(__class__, __class__)", "[1].map(x, x.map(y, y))", "[[]].map(x, x[0].__class__)",
    "env.__class__", "env['__init__']", "steps.__class__", "steps['..']", "steps['../secrets']", "steps.%2e%2e", "vars.__dict__", "item.__class__",
    "credentials", "credentials.api.token", "credentials['api']", "Credentials.api", "credentials .api", "['credentials'][0]", "trigger['credentials']",
    "{{credentials.api.token}}", "${credentials.api.token}", "{{{{ 7 * 7 }}}}", "{{ '{{ 7 * 7 }}' }}", "${${1}}", "{{ ${1} }}", "trigger.${text}",
    "trigger.{{text}}", "trigger['{{ credentials.api.token }}']", "self", "self.__dict__", "cls", "request.application", "config.items()", "settings.SECRET_KEY",
    "cycler.__init__.__globals__.os", "lipsum.__globals__", "joiner.x", "namespace.x", "url_for.__globals__", "get_flashed_messages.__globals__",
    "''.__class__.__mro__[1].__subclasses__()", "().__class__.__bases__[0].__subclasses__()[40]('/etc/passwd').read()", "[].__class__.__base__",
    "{}.__class__.__mro__[-1]", "(1).__class__.__mro__", "true.__class__", "null.__class__", "1.5.__class__", "now.__globals__", "upper.__code__",
]  # fmt: skip

# Depth, breadth and repetition that would cost memory or time if they were let.
BOMBS = [
    "(" * 900 + "1" + ")" * 900, "[" * 900 + "]" * 900, "{'a':" * 300 + "1" + "}" * 300, "!" * 2000 + "true", "-" * 2000 + "1",
    "a" + ".a" * 1000, "a" + "[0]" * 600, "a" + "[b]" * 600, "f(" * 400 + ")" * 400, "x.upper()" + ".upper()" * 200, "1?" * 500 + "1" + ":1" * 500,
    "1?1:" * 400 + "1", "1" + "+1" * 1000, "1" + "**1" * 600, "1" + "??1" * 600, "1" + "&&1" * 600, "[" + "1," * 1020 + "]", "'" + "a" * 3000 + "'",
    "{{" * 500, "{{" * 30 + "1" + "}}" * 30, "${" * 500, "// " + "a" * 1900, "/" * 2000, "\\" * 2000, "'" * 2001, '"""' * 600, "r'" + "\\" * 1900 + "'",
    "'" + "\\x41" * 500 + "'", "'" + "\\" * 1999 + "'", "a.b-" * 500 + "c", "a-" * 1000 + "a", "." * 2000, ".0" * 1000, "1." * 1000, "0x" * 1000, "1e" * 1000,
    "9" * 2048, "0." + "9" * 2000, "a" * 2048, "é" * 1024, "é" * 1025, "\u202e" * 600, "\ud800" * 600, "\0" * 2000, "\t" * 2048, "\n" * 2048 + "1", "=" * 2000,
    "n.map(a, n.map(b, n.map(c, n.map(d, 1))))", "n.map(a, n.map(b, [a, b]))", "n.map(a, n.map(b, n))", "n.map(a, n).map(a, n)", "n.filter(a, n.exists(b, false))",
    "n.map(a, big)", "n.map(a, big + big)", "n.map(a, toJson(n))", "toJson(n.map(a, n.map(b, big)))", "join(n.map(a, big), big)", "n.map(a, upper(big))",
    "n.map(a, replace(big, 'a', big))", "replace(replace(big, 'a', big), 'b', big)", "split(big, '')", "n.map(a, split(big, 'b'))", "n.all(a, big matches '(a|b|ab)*c')",
    "n.all(a, big matches '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^ab]')", "n.all(a, matches('', 'a{' + string(a) + '}'))", "n.all(a, n == n)", "n.all(a, n.all(b, a == b || true))",
    "n.exists(a, 1 / 0 == 1)", "n.exists(a, n.exists(b, 1 / 0 == 1))", "n.exists(a, n.exists(b, missing.path))", "n.map(a, n.sortBy(b, -b))", "sort(n.map(a, big))",
    "unique(n.map(a, n))", "flatten(n.map(a, n))", "n.groupBy(a, big + string(a))", "n.groupBy(a, n)", "n.map(a, merge({'a': n}, {'b': n}))", "n.map(a, sha256(big))",
    "n.map(a, base64Encode(big))", "n.map(a, urlEncode(big))", "n.map(a, slug(big))", "n.map(a, escapeHtml(big))", "n.map(a, fromJson(toJson(n)))",
    "n.map(a, formatDate(a * 86400, '[' + string(a) + ']'))", "n.map(a, parseDate(string(a), 'YYYY' + string(a)))", "n.map(a, today('A/' + string(a)))", "n.map(a, uuid())", "n.map(a, n.map(b, [a, uuid()]))", "n.map(a, n.map(b, now()))", "n.map(a, n.map(b, today()))", "n.map(a, n.map(b, randomInt(1, 6)))",
    "concat(n.map(a, n), n.map(a, n))", "string(string(string(n.map(a, n))))", "n.map(a, {string(a): big})", "n.map(a, [n, n, n, n])", "n.map(a, entries({'a': n}))",
    "n.map(a, 9 ** 19)", "n.map(a, round(1.2345, 3))", "n + n + n + n", "n.map(a, n + n)", "[n, n, n].map(a, [a, a, a]).map(a, [a, a, a])", "n.all(a, -1 in n)",
    "true ? n.map(a, big) : 1", "missing ?? n.map(a, big)", "false || n.all(a, n.all(b, true))", "n.map(a, padStart('', 1048576))", "reverse(big + big + big)",
]  # fmt: skip


def corpus() -> list[str]:
    """Return every payload, each once, in a fixed order."""
    walks = [f"{victim}.{attribute}" for victim in VICTIMS for attribute in ATTRIBUTES]
    indexes = [f"trigger['{attribute}']" for attribute in ATTRIBUTES]
    calls = [f"trigger.text.{attribute}()" for attribute in ATTRIBUTES]
    return list(dict.fromkeys(walks + indexes + calls + CALLS + BOMBS))
