package org.keepsake.node.session;

/**
 * What happened to the sessions of one application on this node since it was deployed. Immutable; a count that changes
 * while they are read may be one behind another.
 *
 * @param application the context path, "" for the root, with {@code ##} and the version behind it if there is one
 * @param active sessions in the heap of this node now; a gauge, all others only grow
 * @param created sessions that began here
 * @param expired sessions that this node ended because nobody used them for too long
 * @param invalidated sessions that an application ended here
 * @param rejected new sessions that were refused because there were as many as may be
 * @param unavailable requests answered 503 because of their session
 * @param loaded sessions read from the stores
 * @param trusted requests served from the heap without asking the stores
 * @param takenOver sessions that came here from another node
 * @param saved sessions written to the stores
 * @param kept saves that stayed in the heap for a while because no store was there
 * @param touched uses told to the stores
 * @param released sessions the heap let go of, which live on in the stores
 * @param conflicts writes of one attribute that gave way to an overlapping request's
 * @param repairs loads that found the copies different and made them equal
 * @param damaged answers of stores that were no readable record
 * @param newer answers of stores that were records of a newer version, and were left alone
 * @param unknown operations on stores of which no answer came
 * @param undecodable attributes that could not be made objects here, and were kept as they are
 * @param unsaved attributes that could not be encoded, and stay on this node
 * @param lockWaits requests that waited for a lock
 * @param lockTimeouts requests that waited for a lock as long as they may
 * @param locksAbandoned locks whose holder was gone, and that ended by their lifetime
 * @param locksLost locks that this node held and lost before it was done
 * @param lateLosses saves that failed after the response had left
 * @param bytesRead bytes of records that stores answered with
 * @param bytesWritten bytes of records sent to stores
 */
public record SessionStatistics(
        String application,
        long active,
        long created,
        long expired,
        long invalidated,
        long rejected,
        long unavailable,
        long loaded,
        long trusted,
        long takenOver,
        long saved,
        long kept,
        long touched,
        long released,
        long conflicts,
        long repairs,
        long damaged,
        long newer,
        long unknown,
        long undecodable,
        long unsaved,
        long lockWaits,
        long lockTimeouts,
        long locksAbandoned,
        long locksLost,
        long lateLosses,
        long bytesRead,
        long bytesWritten) {}
