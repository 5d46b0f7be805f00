package org.keepsake.node.session.transcoder.graph;

/** How objects of one class are taken apart, and put together again. */
enum Shape {
    /** A value without parts that never changes, or a date: as text. */
    VALUE,
    /** By its name. */
    ENUM,
    /** By its components, put together by its constructor. */
    RECORD,
    /** Of primitives. */
    PRIMITIVES,
    /** Of objects. */
    ARRAY,
    /** A collection of the JDK that is made empty and then filled. */
    COLLECTION,
    /** A map of the JDK that is made empty and then filled. */
    MAP,
    /** {@code List.of} and its like: made of what it holds. */
    IMMUTABLE,
    /** The application's: by its fields, put together without a constructor. */
    FIELDS,
    /** By Java serialization, because its class says how it is written, or has no other way. */
    SHELL;

    /** Whether the object is there before its parts are, so that a part may refer back to it. */
    boolean precedesItsParts() {
        return this == ARRAY || this == COLLECTION || this == MAP || this == FIELDS;
    }
}
