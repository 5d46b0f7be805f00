package org.keepsake.dist;

import java.util.List;
import java.util.Map;

/** On which host each process of an installation runs. */
interface Hosts {

    /** All on this one, where nobody else can find them. */
    Hosts LOCAL = new Hosts() {
        @Override
        public String address(String process) {
            return "127.0.0.1";
        }

        @Override
        public List<String> run(String process, List<String> command) {
            return command;
        }

        @Override
        public int networks() {
            return 0;
        }
    };

    /** The address at which others reach the process of this name, and this host too. */
    String address(String process);

    /** The command that starts it there. */
    List<String> run(String process, List<String> command);

    /** How many networks the processes have to cross to find each other. */
    int networks();

    /** Spread over the hosts of a network, by the names of the processes. */
    static Hosts of(Network network, Map<String, Network.Host> places) {
        return new Hosts() {
            @Override
            public String address(String process) {
                return host(process).address();
            }

            @Override
            public List<String> run(String process, List<String> command) {
                return network.on(host(process), command);
            }

            @Override
            public int networks() {
                return 1;
            }

            private Network.Host host(String process) {
                Network.Host host = places.get(process);
                if (host == null) {
                    throw new IllegalArgumentException("process " + process + ": has no host");
                }
                return host;
            }
        };
    }
}
