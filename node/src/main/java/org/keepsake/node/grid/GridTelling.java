package org.keepsake.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import java.io.IOException;

/** Brings an update to another member, and back that it was heard. */
final class GridTelling extends Operation implements IdentifiedDataSerializable {

    private GridUpdate update;

    GridTelling() {
        this(new GridUpdate());
    }

    GridTelling(GridUpdate update) {
        this.update = update;
    }

    @Override
    public void run() {
        GridMember.of(getNodeEngine().getHazelcastInstance()).listener().told(update);
    }

    @Override
    public int getFactoryId() {
        return GridFactory.ID;
    }

    @Override
    public int getClassId() {
        return GridFactory.TELLING;
    }

    @Override
    protected void writeInternal(ObjectDataOutput out) throws IOException {
        super.writeInternal(out);
        update.write(out);
    }

    @Override
    protected void readInternal(ObjectDataInput in) throws IOException {
        super.readInternal(in);
        update = GridUpdate.read(in);
    }
}
