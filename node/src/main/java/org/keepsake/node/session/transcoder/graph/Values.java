package org.keepsake.node.session.transcoder.graph;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Values of the JDK that a text says wholly. */
@SuppressWarnings("JavaUtilDate") // what the application has is what it gets back
final class Values {

    /** How a value is made of the text that {@link #write} made of it. */
    static final Map<Class<?>, Function<String, Object>> KNOWN = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(Boolean.class, Values::truth),
            Map.entry(Character.class, Values::character),
            Map.entry(Byte.class, Byte::valueOf),
            Map.entry(Short.class, Short::valueOf),
            Map.entry(Integer.class, Integer::valueOf),
            Map.entry(Long.class, Long::valueOf),
            Map.entry(Float.class, Float::valueOf),
            Map.entry(Double.class, Double::valueOf),
            Map.entry(BigInteger.class, Values::bigInteger),
            Map.entry(BigDecimal.class, Values::bigDecimal),
            Map.entry(UUID.class, UUID::fromString),
            Map.entry(Currency.class, Currency::getInstance),
            Map.entry(URI.class, URI::create),
            Map.entry(Date.class, text -> new Date(Long.parseLong(text))),
            Map.entry(Instant.class, Instant::parse),
            Map.entry(LocalDate.class, LocalDate::parse),
            Map.entry(LocalTime.class, LocalTime::parse),
            Map.entry(LocalDateTime.class, LocalDateTime::parse),
            Map.entry(OffsetTime.class, OffsetTime::parse),
            Map.entry(OffsetDateTime.class, OffsetDateTime::parse),
            Map.entry(ZoneOffset.class, ZoneOffset::of),
            Map.entry(MonthDay.class, MonthDay::parse),
            Map.entry(Year.class, text -> Year.of(Integer.parseInt(text))),
            Map.entry(Duration.class, Duration::parse),
            Map.entry(Period.class, Period::parse));

    /** What a decimal text may cost to read grows with the square of its length. */
    private static final int LONGEST_NUMBER = 10_000;

    private Values() {}

    static boolean isMutable(Class<?> type) {
        return type == Date.class;
    }

    /**
     * The text of a value.
     *
     * @throws IllegalArgumentException if no text makes this very value again
     */
    static String write(Object value) {
        String text = value instanceof Date date ? Long.toString(date.getTime()) : value.toString();
        if (!(value instanceof String) && !value.equals(read(value.getClass(), text))) {
            throw new IllegalArgumentException(value.getClass().getName() + " has no text that says it wholly");
        }
        return text;
    }

    /**
     * The value of a text.
     *
     * @throws RuntimeException if it is none
     */
    static Object read(Class<?> type, String text) {
        Function<String, Object> reading = KNOWN.get(type);
        if (reading == null) {
            throw new IllegalArgumentException(type.getName() + " is not written as text");
        }
        return reading.apply(text);
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Object character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("not one character");
        }
        return text.charAt(0);
    }

    private static Object bigInteger(String text) {
        return new BigInteger(shortEnough(text));
    }

    private static Object bigDecimal(String text) {
        return new BigDecimal(shortEnough(text));
    }

    private static String shortEnough(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new IllegalArgumentException("a number of " + text.length() + " digits");
        }
        return text;
    }
}
