package org.keepsake.node.session.transcoder;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One animal of every kind that lives in sessions. */
@SuppressWarnings({
    "serial",
    "JdkObsolete",
    "UnusedVariable",
    "ClassCanBeStatic",
    "JavaUtilDate",
    "UndefinedEquals",
    "UnnecessaryStringBuilder",
    "IdentityHashMapUsage",
    "IdentityHashMapBoxing"
})
final class Zoo {

    /**
     * A kind of value.
     *
     * @param name what the table calls it
     * @param value makes one
     * @param same whether another one is what it was
     */
    record Animal(String name, Supplier<Object> value, BiPredicate<Object, Object> same) {}

    private static final Comparator<String> BY_LENGTH = new ByLength();

    private static final class ByLength implements Comparator<String>, Serializable {
        @Override
        public int compare(String a, String b) {
            int order = Integer.compare(a.length(), b.length());
            return order != 0 ? order : a.compareTo(b);
        }
    }

    record Item(String name, @Nullable BigDecimal price, int count) implements Serializable {}

    record NotSerializableRecord(String name) {}

    record Checked(int positive) implements Serializable {
        Checked {
            if (positive <= 0) {
                throw new IllegalArgumentException("positive is not");
            }
        }
    }

    enum Size {
        SMALL,
        LARGE {
            @Override
            int factor() {
                return 10;
            }
        };

        int factor() {
            return 1;
        }
    }

    static class Base implements Serializable {
        private String name = "base";
        protected @Nullable Object other;

        String baseName() {
            return name;
        }

        void baseName(String to) {
            name = to;
        }
    }

    /** Hides a field, and has final and transient ones. */
    static final class Derived extends Base {
        private String name = "derived";
        private final long number;
        private final int[] counts = {1, 2, 3};
        private transient String forgotten = "set";
        private @Nullable Size size = Size.LARGE;

        Derived(long number) {
            this.number = number;
        }

        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Derived that
                    && number == that.number
                    && name.equals(that.name)
                    && baseName().equals(that.baseName())
                    && Arrays.equals(counts, that.counts)
                    && size == that.size;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    static final class NotSerializable {
        private String name = "n";
        private List<String> list = new ArrayList<>(List.of("a"));
    }

    static final class Node implements Serializable {
        private final String name;
        private final List<Node> neighbours = new ArrayList<>();

        Node(String name) {
            this.name = name;
        }
    }

    static final class Pair implements Serializable {
        private final Object left;
        private final Object right;

        Pair(Object left, Object right) {
            this.left = left;
            this.right = right;
        }
    }

    static final class WithHooks implements Serializable {
        private transient String secret;
        private final List<Item> items = new ArrayList<>();

        WithHooks(String secret) {
            this.secret = secret;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeUTF(new StringBuilder(secret).reverse().toString());
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            secret = new StringBuilder(in.readUTF()).reverse().toString();
            if (secret.isEmpty()) {
                throw new InvalidObjectException("empty");
            }
        }
    }

    static final class Singleton implements Serializable {
        static final Singleton ONLY = new Singleton();

        private Object readResolve() {
            return ONLY;
        }
    }

    static final class Proxied implements Serializable {
        private final transient String text;

        Proxied(String text) {
            this.text = text;
        }

        private Object writeReplace() {
            return new Form(text);
        }

        private record Form(String text) implements Serializable {
            private Object readResolve() {
                return new Proxied(text);
            }
        }
    }

    static final class Basket extends ArrayList<String> {
        private String owner = "nobody";
    }

    static final class Failure extends RuntimeException {
        private final int code;

        Failure(int code) {
            super("failed");
            this.code = code;
        }
    }

    static class Outer implements Serializable {
        private final String name = "outer";

        class Inner implements Serializable {
            private final int number = 7;

            String both() {
                return name + number;
            }
        }
    }

    /** What an anonymous class of the application looks like. */
    interface Named extends Serializable {
        String name();
    }

    static Named anonymous(String name) {
        return new Named() {
            @Override
            public String name() {
                return name;
            }
        };
    }

    private Zoo() {}

    private static Animal equal(String name, Object value) {
        return new Animal(name, () -> value, (a, b) -> a.equals(b) && a.getClass() == b.getClass());
    }

    private static Animal of(String name, Supplier<Object> value, BiPredicate<Object, Object> same) {
        return new Animal(name, value, (a, b) -> a.getClass() == b.getClass() && same.test(a, b));
    }

    private static <T> BiPredicate<Object, Object> on(Class<T> type, BiPredicate<T, T> same) {
        return (a, b) -> same.test(type.cast(a), type.cast(b));
    }

    static List<Animal> animals() {
        List<Animal> all = new ArrayList<>();
        all.addAll(values());
        all.addAll(times());
        all.addAll(collections());
        all.addAll(arrays());
        all.addAll(objects());
        all.addAll(graphs());
        return all;
    }

    private static List<Animal> values() {
        char[] big = new char[1 << 20];
        Arrays.fill(big, 'x');
        return List.of(
                equal("String", "text <&> \u4e2d \ud83d\ude00 \n\t"),
                equal("String with control characters", "a\u0000b\r\n\u001f\ufffe"),
                equal("half a surrogate pair", "lone \ud800"),
                equal("empty String", ""),
                equal("String of 1 MB", new String(big)),
                equal("Character", 'c'),
                equal("NUL Character", '\0'),
                equal("Byte", (byte) -1),
                equal("Short", (short) -2),
                equal("Integer", Integer.MIN_VALUE),
                equal("Long", Long.MAX_VALUE),
                equal("Float", 1.5f),
                equal("Double NaN", Double.NaN),
                equal("Double -0.0", -0.0),
                equal("Boolean", true),
                equal("BigDecimal", new BigDecimal("12.500")),
                equal("BigInteger", BigInteger.TWO.pow(300)),
                equal("UUID", new UUID(1, 2)),
                equal("Locale", Locale.CHINA),
                equal("Locale with script", Locale.forLanguageTag("zh-Hant-TW")),
                equal("Currency", Currency.getInstance("EUR")),
                equal("URI", URI.create("http://x/?a=b")),
                equal("enum", TimeUnit.DAYS),
                equal("enum with a body", Size.LARGE),
                of(
                        "AtomicInteger",
                        () -> new AtomicInteger(3),
                        (a, b) -> a.toString().equals(b.toString())),
                of("AtomicLong", () -> new AtomicLong(3), (a, b) -> a.toString().equals(b.toString())),
                of(
                        "StringBuilder",
                        () -> new StringBuilder("sb"),
                        (a, b) -> a.toString().equals(b.toString())),
                equal("BitSet", BitSet.valueOf(new long[] {5})),
                equal("InetAddress", InetAddress.getLoopbackAddress()),
                equal("Optional", Optional.of(1)));
    }

    private static List<Animal> times() {
        ZonedDateTime zoned = ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 1, ZoneId.of("Europe/Berlin"));
        return List.of(
                equal("Date", new Date(12345)),
                equal("sql.Timestamp", Timestamp.from(Instant.ofEpochSecond(1, 123456789))),
                equal("Calendar", new GregorianCalendar(TimeZone.getTimeZone("Asia/Shanghai"), Locale.CHINA)),
                equal("TimeZone", TimeZone.getTimeZone("Asia/Shanghai")),
                equal("Instant", Instant.ofEpochSecond(1, 123456789)),
                equal("Instant.MAX", Instant.MAX),
                equal("LocalDate", LocalDate.of(2026, 2, 28)),
                equal("LocalTime", LocalTime.of(23, 59, 59, 1)),
                equal("LocalDateTime", LocalDateTime.of(2026, 1, 1, 0, 0)),
                equal("ZonedDateTime", zoned),
                equal("ZonedDateTime, later offset of an overlap", zoned.withLaterOffsetAtOverlap()),
                equal("OffsetDateTime", OffsetDateTime.MIN),
                equal("ZoneOffset", ZoneOffset.ofHoursMinutes(5, 30)),
                equal("ZoneId", ZoneId.of("Europe/Berlin")),
                equal("Duration", Duration.ofSeconds(-5, 3)),
                equal("Period", Period.of(1, -2, 3)),
                equal("Year", Year.of(-5)),
                equal("YearMonth", YearMonth.of(12345, 6)),
                equal("MonthDay", MonthDay.of(2, 29)));
    }

    private static List<Animal> collections() {
        Map<Object, Object> map = new HashMap<>(Map.of("a", 1, 2, List.of("x")));
        map.put(null, null);
        TreeMap<String, Object> byLength = new TreeMap<>(BY_LENGTH);
        byLength.putAll(Map.of("aaa", 1, "bb", 2, "c", 3));
        return List.of(
                equal("ArrayList with null", new ArrayList<>(Arrays.asList("a", null, 1))),
                equal("LinkedList", new LinkedList<>(List.of(1, 2))),
                of("ArrayDeque", () -> new ArrayDeque<>(List.of(1, 2)), Zoo::sameElements),
                equal("Vector", new Vector<>(List.of(1, 2))),
                equal("CopyOnWriteArrayList", new CopyOnWriteArrayList<>(List.of(1, 2))),
                of("ConcurrentLinkedQueue", () -> new ConcurrentLinkedQueue<>(List.of(1, 2)), Zoo::sameElements),
                of("PriorityQueue", () -> queue(), Zoo::sameElements),
                equal("HashSet", new HashSet<>(List.of("a", "b"))),
                of("LinkedHashSet", () -> new LinkedHashSet<>(List.of("z", "a")), Zoo::sameElements),
                of("TreeSet, reverse", () -> reverse(), Zoo::sameElements),
                equal("EnumSet", EnumSet.of(Size.LARGE)),
                equal("empty EnumSet", EnumSet.noneOf(Size.class)),
                equal("HashMap with null", map),
                of("LinkedHashMap", () -> new LinkedHashMap<>(linked(false)), Zoo::sameEntries),
                of("LinkedHashMap in access order", () -> linked(true), Zoo::sameAccessOrder),
                of("TreeMap with comparator", () -> byLength, Zoo::sameEntries),
                equal("Hashtable", new Hashtable<>(Map.of("a", 1))),
                of("Properties with defaults", Zoo::properties, on(Properties.class, Zoo::sameProperties)),
                equal("EnumMap", new EnumMap<>(Map.of(Size.LARGE, "x"))),
                equal("ConcurrentHashMap", new ConcurrentHashMap<>(Map.of("a", 1))),
                equal("ConcurrentSkipListMap", new ConcurrentSkipListMap<>(Map.of("a", 1))),
                of("IdentityHashMap", () -> new IdentityHashMap<>(Map.of(1, 2)), Zoo::sameEntries),
                equal("List.of", List.of(1, "b")),
                equal("empty List.of", List.of()),
                equal("Stream.toList with null", Stream.of("a", null).toList()),
                equal("Set.of", Set.of(1, 2, 3)),
                equal("Map.of", Map.of("a", 1, "b", 2, "c", 3)),
                equal("Map.of one", Map.of("a", 1)),
                equal("sub-list of List.of", List.of(1, 2, 3, 4).subList(1, 3)),
                equal("Arrays.asList", Arrays.asList("a", "b")),
                equal("Collections.emptyList", Collections.emptyList()),
                equal("Collections.singletonMap", Collections.singletonMap("a", 1)),
                equal("Collections.unmodifiableList", Collections.unmodifiableList(new ArrayList<>(List.of("a")))),
                equal("Collections.unmodifiableMap", Collections.unmodifiableMap(new HashMap<>(Map.of("a", 1)))),
                equal("Collections.synchronizedMap", Collections.synchronizedMap(new HashMap<>(Map.of("a", 1)))),
                of(
                        "Collections.unmodifiableCollection",
                        () -> Collections.unmodifiableCollection(new ArrayList<>(List.of(1))),
                        Zoo::sameElements));
    }

    private static Object queue() {
        PriorityQueue<String> queue = new PriorityQueue<>(BY_LENGTH);
        queue.addAll(List.of("ccc", "bb", "a"));
        return queue;
    }

    private static Object reverse() {
        TreeSet<String> set = new TreeSet<>(Collections.reverseOrder());
        set.addAll(List.of("a", "b", "c"));
        return set;
    }

    private static Map<String, Integer> linked(boolean inAccessOrder) {
        Map<String, Integer> map = new LinkedHashMap<>(16, 0.75f, inAccessOrder);
        map.put("z", 1);
        map.put("a", 2);
        return map;
    }

    private static boolean sameAccessOrder(Object a, Object b) {
        Object unused = ((Map<?, ?>) b).get("z");
        return ((Map<?, ?>) b).keySet().iterator().next().equals("a") && a.equals(b);
    }

    private static Object properties() {
        Properties defaults = new Properties();
        defaults.setProperty("default", "yes");
        Properties properties = new Properties(defaults);
        properties.setProperty("own", "too");
        return properties;
    }

    private static boolean sameProperties(Properties a, Properties b) {
        return a.equals(b) && Objects.equals(b.getProperty("default"), "yes");
    }

    private static boolean sameElements(Object a, Object b) {
        return new ArrayList<>((Collection<?>) a).equals(new ArrayList<>((Collection<?>) b));
    }

    private static boolean sameEntries(Object a, Object b) {
        return ((Map<?, ?>) a)
                .entrySet()
                .toString()
                .equals(((Map<?, ?>) b).entrySet().toString());
    }

    private static List<Animal> arrays() {
        byte[] big = new byte[1 << 20];
        new Random(1).nextBytes(big);
        return List.of(
                of("byte[] of 1 MB", () -> big, on(byte[].class, Arrays::equals)),
                of("boolean[]", () -> new boolean[] {true, false}, on(boolean[].class, Arrays::equals)),
                of("char[]", () -> new char[] {'a', '\ud800', 0}, on(char[].class, Arrays::equals)),
                of("short[]", () -> new short[] {-1, 2}, on(short[].class, Arrays::equals)),
                of("int[]", () -> new int[] {-1, 2}, on(int[].class, Arrays::equals)),
                of("long[]", () -> new long[] {-1, 2}, on(long[].class, Arrays::equals)),
                of("float[]", () -> new float[] {-1, Float.NaN}, on(float[].class, Arrays::equals)),
                of("double[]", () -> new double[] {-1, 2}, on(double[].class, Arrays::equals)),
                of("int[][]", () -> new int[][] {{1}, {}, null}, on(int[][].class, Arrays::deepEquals)),
                of("String[]", () -> new String[] {"a", null}, on(String[].class, Arrays::equals)),
                of("Object[]", () -> new Object[] {1, "b", new int[] {3}}, on(Object[].class, Arrays::deepEquals)),
                of("record[]", () -> new Item[] {new Item("a", BigDecimal.ONE, 1)}, on(Item[].class, Arrays::equals)),
                of("enum[]", () -> Size.values(), on(Size[].class, Arrays::equals)));
    }

    private static List<Animal> objects() {
        Derived derived = new Derived(42);
        derived.baseName("changed");
        return List.of(
                equal("record", new Item("tea", new BigDecimal("2.50"), 3)),
                equal("record with null", new Item("tea", null, 3)),
                equal("record that checks itself", new Checked(1)),
                equal("record, not Serializable", new NotSerializableRecord("r")),
                equal("object with inherited, hidden and final fields", derived),
                of("transient field is not kept", () -> derived, on(Derived.class, (a, b) -> b.forgotten == null)),
                of(
                        "object, not Serializable",
                        NotSerializable::new,
                        on(NotSerializable.class, (a, b) -> a.name.equals(b.name) && a.list.equals(b.list))),
                of(
                        "writeObject and readObject",
                        Zoo::withHooks,
                        on(WithHooks.class, (a, b) -> a.secret.equals(b.secret) && a.items.equals(b.items))),
                of("readResolve", () -> Singleton.ONLY, (a, b) -> a == b),
                of("writeReplace", () -> new Proxied("p"), on(Proxied.class, (a, b) -> a.text.equals(b.text))),
                of(
                        "subclass of ArrayList with a field",
                        Zoo::basket,
                        on(Basket.class, (a, b) -> a.equals(b) && a.owner.equals(b.owner))),
                of(
                        "exception",
                        () -> new Failure(7),
                        on(
                                Failure.class,
                                (a, b) -> b.code == 7
                                        && "failed".equals(b.getMessage())
                                        && Arrays.equals(a.getStackTrace(), b.getStackTrace()))),
                of(
                        "inner class",
                        () -> new Outer().new Inner(),
                        on(Outer.Inner.class, (a, b) -> a.both().equals(b.both()))),
                of(
                        "anonymous class",
                        () -> anonymous("anon"),
                        on(Named.class, (a, b) -> a.name().equals(b.name()))),
                of(
                        "lambda",
                        () -> (Named & Serializable) () -> "lambda",
                        on(Named.class, (a, b) -> a.name().equals(b.name()))));
    }

    private static Object withHooks() {
        WithHooks value = new WithHooks("abc");
        value.items.add(new Item("tea", BigDecimal.ONE, 1));
        return value;
    }

    private static Object basket() {
        Basket basket = new Basket();
        basket.add("apple");
        basket.owner = "alice";
        return basket;
    }

    private static List<Animal> graphs() {
        return List.of(
                of(
                        "cycle of objects",
                        Zoo::ring,
                        on(Node.class, (a, b) -> b.neighbours.get(0).neighbours.get(0) == b && b.name.equals("a"))),
                of("list that holds itself", Zoo::ouroboros, on(List.class, (a, b) -> b.get(0) == b)),
                of("map that holds itself", Zoo::selfMap, on(Map.class, (a, b) -> b.get("self") == b)),
                of("array that holds itself", Zoo::selfArray, on(Object[].class, (a, b) -> b[0] == b)),
                of("shared object", () -> shared(new ArrayList<>(List.of(1))), Zoo::isShared),
                of("shared Date", () -> shared(new Date(5)), Zoo::isShared),
                of("shared array", () -> shared(new int[] {1}), Zoo::isShared),
                of("shared record", () -> shared(new Item("a", BigDecimal.ONE, 1)), Zoo::isShared),
                of("shared List.of", () -> shared(List.of(1)), Zoo::isShared),
                of(
                        "equal objects stay two",
                        () -> new Pair(new ArrayList<>(), new ArrayList<>()),
                        on(Pair.class, (a, b) -> b.left != b.right)),
                of("shared Vector", () -> shared(new Vector<>(List.of(1))), Zoo::isShared),
                of("a list and its unmodifiable view", Zoo::view, Zoo::isView),
                of("a list and an object with writeObject that holds it", Zoo::heldByHooks, Zoo::isHeldByHooks),
                of(
                        "List.of in a cycle",
                        Zoo::ringOfImmutable,
                        on(
                                Node[].class,
                                (a, b) -> b[0]
                                        == b[0].neighbours.get(0).neighbours.get(0))),
                of(
                        "record that holds a list that holds it",
                        Zoo::recordRing,
                        on(Boxed.class, (a, b) -> b.list().get(0) == b)),
                of("500 deep", () -> chain(500), on(Pair.class, (a, b) -> depth(a) == depth(b))));
    }

    record Boxed(List<Object> list) implements Serializable {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    static Object chain(int length) {
        Object chain = "end";
        for (int i = 0; i < length; i++) {
            chain = new Pair(chain, "x");
        }
        return chain;
    }

    private static int depth(Object pair) {
        int depth = 0;
        for (Object each = pair; each instanceof Pair p; each = p.left) {
            depth++;
        }
        return depth;
    }

    private static Object recordRing() {
        List<Object> list = new ArrayList<>();
        Boxed boxed = new Boxed(list);
        list.add(boxed);
        return boxed;
    }

    private static Object ringOfImmutable() {
        Node a = new Node("a");
        Node b = new Node("b");
        a.neighbours.add(b);
        b.neighbours.addAll(List.of(a));
        return new Node[] {a, b};
    }

    private static Node ring() {
        Node a = new Node("a");
        Node b = new Node("b");
        a.neighbours.add(b);
        b.neighbours.add(a);
        return a;
    }

    private static Object ouroboros() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        return list;
    }

    private static Object selfMap() {
        Map<String, Object> map = new HashMap<>();
        map.put("self", map);
        return map;
    }

    private static Object selfArray() {
        Object[] array = new Object[1];
        array[0] = array;
        return array;
    }

    private static Object shared(Object object) {
        return new Pair(object, object);
    }

    private static boolean isShared(Object a, Object b) {
        return ((Pair) b).left == ((Pair) b).right;
    }

    private static Object view() {
        List<Object> list = new ArrayList<>(List.of(1));
        return new Pair(list, Collections.unmodifiableList(list));
    }

    @SuppressWarnings("unchecked")
    private static boolean isView(Object a, Object b) {
        Pair pair = (Pair) b;
        ((List<Object>) pair.left).add(2);
        return ((List<Object>) pair.right).contains(2);
    }

    private static Object heldByHooks() {
        WithHooks holder = new WithHooks("abc");
        return new Pair(holder.items, holder);
    }

    private static boolean isHeldByHooks(Object a, Object b) {
        return ((Pair) b).left == ((WithHooks) ((Pair) b).right).items;
    }
}
