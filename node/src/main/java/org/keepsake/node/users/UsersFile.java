package org.keepsake.node.users;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a users file. Nothing outside of the file is ever fetched, and a document type is refused. */
final class UsersFile {

    private static final int MAX_BYTES = 16 << 20;

    private final Path file;
    private final List<Declared> users = new ArrayList<>();
    private final Map<String, Set<String>> groups = new HashMap<>();

    /** A user with everything that was said about him. */
    record Entry(String name, StoredPassword password, Set<String> roles) {}

    /** A user before the groups are known, for they may stand after him. */
    private record Declared(int line, String name, StoredPassword password, Set<String> roles, Set<String> groups) {}

    private UsersFile(Path file) {
        this.file = file;
    }

    /** The users of a file, in its order. */
    static List<Entry> read(Path file) throws IOException {
        UsersFile reading = new UsersFile(file);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("users file " + file + ": is larger than 16 MB");
            }
            try (InputStream in = Files.newInputStream(file)) {
                reading.read(in);
            }
        } catch (NoSuchFileException e) {
            throw new IOException("users file " + file + ": does not exist", e);
        }
        return reading.entries();
    }

    private void read(InputStream in) throws IOException {
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(in);
            try {
                read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
            throw wrong(line, "is no well-formed XML");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        return factory;
    }

    private void read(XMLStreamReader reader) throws XMLStreamException, IOException {
        boolean first = true;
        while (reader.hasNext()) {
            int event = reader.next();
            int line = reader.getLocation().getLineNumber();
            if (event == XMLStreamConstants.DTD) {
                throw wrong(line, "a document type is not allowed");
            }
            if (event != XMLStreamConstants.START_ELEMENT) {
                continue;
            }
            if (first && !reader.getLocalName().equals("tomcat-users")) {
                throw wrong(line, "begins with <" + reader.getLocalName() + ">, it must be <tomcat-users>");
            }
            first = false;
            element(reader, line);
        }
    }

    private void element(XMLStreamReader reader, int line) throws IOException {
        switch (reader.getLocalName()) {
            case "user" -> user(reader, line);
            case "group" -> groups.put(required(reader, line, "groupname", "name"), names(attribute(reader, "roles")));
            // Roles need no declaration: a user has those that stand beside his name.
            case "tomcat-users", "role" -> {}
            default -> throw wrong(line, "<" + reader.getLocalName() + "> is not known here");
        }
    }

    private void user(XMLStreamReader reader, int line) throws IOException {
        String name = required(reader, line, "username", "name");
        StoredPassword password;
        try {
            password = StoredPassword.parse(required(reader, line, "password", "password"));
        } catch (IllegalArgumentException e) {
            throw wrong(line, "the password of user " + name + " " + e.getMessage());
        }
        users.add(new Declared(
                line, name, password, names(attribute(reader, "roles")), names(attribute(reader, "groups"))));
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Declared user : users) {
            Set<String> roles = new LinkedHashSet<>(user.roles());
            for (String group : user.groups()) {
                Set<String> ofGroup = groups.get(group);
                if (ofGroup == null) {
                    throw wrong(user.line(), "user " + user.name() + " is in group " + group + ", which is not there");
                }
                roles.addAll(ofGroup);
            }
            entries.add(new Entry(user.name(), user.password(), roles));
        }
        return entries;
    }

    private String required(XMLStreamReader reader, int line, String attribute, String oldName) throws IOException {
        Optional<String> value = attribute(reader, attribute).or(() -> attribute(reader, oldName));
        if (value.isEmpty() || value.get().isEmpty()) {
            throw wrong(line, "<" + reader.getLocalName() + "> without " + attribute);
        }
        return value.get();
    }

    private static Optional<String> attribute(XMLStreamReader reader, String name) {
        return Optional.ofNullable(reader.getAttributeValue(null, name));
    }

    private static Set<String> names(Optional<String> list) {
        return new LinkedHashSet<>(Arrays.stream(list.orElse("").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList());
    }

    private IOException wrong(int line, String what) {
        return new IOException("users file " + file + " line " + line + ": " + what);
    }
}
