package org.keepsake.node.grid;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** Makes what members send each other about sessions: these classes and no others. */
final class GridFactory implements DataSerializableFactory {

    static final int ID = 7_401;

    static final int READ = 1;
    static final int CHANGE = 2;
    static final int BACKUP = 3;
    static final int LIST = 4;
    static final int MERGE = 5;
    static final int TELLING = 6;

    @Override
    public IdentifiedDataSerializable create(int type) {
        return switch (type) {
            case READ -> new GridRead();
            case CHANGE -> new GridChange();
            case BACKUP -> new GridBackup();
            case LIST -> new GridList();
            case MERGE -> new GridMerge();
            case TELLING -> new GridTelling();
            default -> throw new IllegalArgumentException("sessions: nothing has the number " + type);
        };
    }
}
