package org.keepsake.node.session.transcoder;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which classes may travel in a session, whatever encodes it: those that the application's own class loader defines,
 * and values and collections of the JDK; never those that are known to run code of an attacker's choice while they are
 * read. Immutable.
 */
final class AllowedClasses {

    private static final Set<String> JDK_PACKAGES = Set.of("java.time", "java.time.chrono", "java.math", "java.text");

    private static final Set<String> JDK_CLASSES = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Enum",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Object",
            "java.lang.Short",
            "java.lang.String",
            "java.lang.StringBuffer",
            "java.lang.StringBuilder",
            "java.lang.StackTraceElement",
            "java.lang.Throwable",
            "java.io.File",
            "java.net.Inet4Address",
            "java.net.Inet6Address",
            "java.net.InetAddress",
            "java.net.InetSocketAddress",
            "java.net.URI",
            "java.sql.Date",
            "java.sql.Time",
            "java.sql.Timestamp",
            "java.time.Ser",
            "java.util.AbstractCollection",
            "java.util.AbstractList",
            "java.util.AbstractMap",
            "java.util.AbstractMap$SimpleEntry",
            "java.util.AbstractMap$SimpleImmutableEntry",
            "java.util.AbstractQueue",
            "java.util.AbstractSet",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.Arrays$ArrayList",
            "java.util.BitSet",
            "java.util.Calendar",
            "java.util.CollSer",
            "java.util.Currency",
            "java.util.Date",
            "java.util.EnumMap",
            "java.util.EnumSet",
            "java.util.EnumSet$SerializationProxy",
            "java.util.GregorianCalendar",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.Hashtable",
            "java.util.IdentityHashMap",
            "java.util.JumboEnumSet",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.Locale",
            "java.util.PriorityQueue",
            "java.util.Properties",
            "java.util.Random",
            "java.util.RegularEnumSet",
            "java.util.SimpleTimeZone",
            "java.util.Stack",
            "java.util.TimeZone",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.UUID",
            "java.util.Vector",
            "sun.util.calendar.ZoneInfo",
            "java.util.concurrent.ArrayBlockingQueue",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentHashMap$Segment",
            "java.util.concurrent.ConcurrentLinkedDeque",
            "java.util.concurrent.ConcurrentLinkedQueue",
            "java.util.concurrent.ConcurrentSkipListMap",
            "java.util.concurrent.ConcurrentSkipListSet",
            "java.util.concurrent.CopyOnWriteArrayList",
            "java.util.concurrent.CopyOnWriteArraySet",
            "java.util.concurrent.LinkedBlockingDeque",
            "java.util.concurrent.LinkedBlockingQueue",
            "java.util.concurrent.TimeUnit",
            "java.util.concurrent.atomic.AtomicBoolean",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicReference",
            "java.util.concurrent.locks.AbstractOwnableSynchronizer",
            "java.util.concurrent.locks.AbstractQueuedSynchronizer",
            "java.util.concurrent.locks.ReentrantLock",
            "java.util.concurrent.locks.ReentrantLock$FairSync",
            "java.util.concurrent.locks.ReentrantLock$NonfairSync",
            "java.util.concurrent.locks.ReentrantLock$Sync",
            "jakarta.servlet.http.Cookie");

    /** Wrappers that only hold other collections: Collections.unmodifiableList, emptyMap, synchronizedSet and so on. */
    private static final String COLLECTIONS = "java.util.Collections$";

    /** List.of and its like, which are checked a second time when they stand in for what was read. */
    private static final String IMMUTABLE_COLLECTIONS = "java.util.ImmutableCollections$";

    /** Found in applications' own libraries and used by published attacks; also those that end in a sub-package. */
    private static final Set<String> GADGETS = Set.of(
            "org.apache.commons.beanutils.",
            "org.apache.commons.collections.comparators.",
            "org.apache.commons.collections.functors.",
            "org.apache.commons.collections.keyvalue.TiedMapEntry",
            "org.apache.commons.collections.map.LazyMap",
            "org.apache.commons.collections4.comparators.",
            "org.apache.commons.collections4.functors.",
            "org.apache.commons.collections4.keyvalue.TiedMapEntry",
            "org.apache.commons.fileupload.disk.",
            "org.apache.xalan.",
            "org.apache.bcel.",
            "org.codehaus.groovy.runtime.",
            "groovy.lang.",
            "com.mchange.v2.c3p0.",
            "com.rometools.rome.feed.impl.",
            "com.sun.syndication.feed.impl.",
            "org.hibernate.property.",
            "org.hibernate.engine.spi.TypedValue",
            "org.python.core.",
            "org.mozilla.javascript.",
            "org.springframework.aop.",
            "org.springframework.beans.factory.",
            "org.springframework.core.SerializableTypeWrapper",
            "bsh.",
            "clojure.");

    private final ClassLoader application;

    AllowedClasses(ClassLoader application) {
        this.application = application;
    }

    /** Whether values of this class, or of an array of it, may travel. */
    boolean allows(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        if (element.isPrimitive()) {
            return true;
        }
        String name = element.getName();
        if (GADGETS.stream().anyMatch(name::startsWith)) {
            return false;
        }
        return isApplications(element.getClassLoader()) || isJdkValue(name, element);
    }

    /** The application's loader, or one below it as that of its JSP pages. */
    boolean isApplications(@Nullable ClassLoader defining) {
        for (ClassLoader loader = defining; loader != null; loader = loader.getParent()) {
            if (loader == application) {
                return true;
            }
        }
        return false;
    }

    private static boolean isJdkValue(String name, Class<?> element) {
        return JDK_CLASSES.contains(name)
                || JDK_PACKAGES.contains(element.getPackageName())
                || name.startsWith(COLLECTIONS)
                || name.startsWith(IMMUTABLE_COLLECTIONS)
                || isJdkException(element)
                || (element.isInterface() && name.startsWith("java."));
    }

    private static boolean isJdkException(Class<?> element) {
        return Exception.class.isAssignableFrom(element)
                && (element.getPackageName().equals("java.lang")
                        || element.getPackageName().equals("java.util")
                        || element.getPackageName().equals("java.io"));
    }
}
