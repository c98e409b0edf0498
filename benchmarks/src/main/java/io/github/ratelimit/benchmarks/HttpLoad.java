package io.github.ratelimit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.sun.management.OperatingSystemMXBean;

/**
 * Clients that send one request after the other over connections that stay open. They do
 * next to nothing, so that what is measured is the server.
 */
final class HttpLoad implements AutoCloseable {

	private static final String REQUEST = """
			GET %s HTTP/1.1\r
			Host: localhost\r
			User-Agent: benchmark\r
			Accept: */*\r
			\r
			""";

	private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final ExecutorService threads;

	private final List<Client> clients = new ArrayList<>();

	/**
	 * Open connections.
	 * @param body what every answer ends with
	 */
	HttpLoad(int port, String path, String body, int connections) throws IOException {
		this.threads = Executors.newFixedThreadPool(connections);
		for (int i = 0; i < connections; i++) {
			this.clients.add(new Client(new Socket(InetAddress.getLoopbackAddress(), port),
					REQUEST.formatted(path).getBytes(StandardCharsets.US_ASCII),
					("\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII)));
		}
	}

	/**
	 * Send requests for some time.
	 */
	Rate run(Duration duration) throws InterruptedException, ExecutionException {
		long cpu = this.process.getProcessCpuTime();
		long start = System.nanoTime();
		long end = start + duration.toNanos();
		long answers = 0;
		List<Callable<Long>> loops = this.clients.stream()
			.<Callable<Long>>map((client) -> () -> client.run(end))
			.toList();
		for (Future<Long> future : this.threads.invokeAll(loops)) {
			answers += future.get();
		}
		return new Rate(answers * 1e9 / (System.nanoTime() - start),
				(this.process.getProcessCpuTime() - cpu) / 1e3 / answers);
	}

	@Override
	public void close() {
		this.threads.shutdown();
		this.clients.forEach(Client::close);
	}

	/**
	 * What was answered.
	 *
	 * @param perSecond requests answered in a second
	 * @param cpuMicros time of processors that each took in this process, that of its
	 * client included
	 */
	record Rate(double perSecond, double cpuMicros) {

	}

	/**
	 * One connection.
	 */
	private static final class Client {

		private final Socket socket;

		private final byte[] request;

		private final byte[] end;

		private final byte[] answer = new byte[8192];

		Client(Socket socket, byte[] request, byte[] end) throws IOException {
			socket.setTcpNoDelay(true);
			this.socket = socket;
			this.request = request;
			this.end = end;
		}

		long run(long end) throws IOException {
			long answers = 0;
			while (System.nanoTime() < end) {
				exchange();
				answers++;
			}
			return answers;
		}

		private void exchange() throws IOException {
			this.socket.getOutputStream().write(this.request);
			InputStream in = this.socket.getInputStream();
			int length = 0;
			do {
				int read = in.read(this.answer, length, this.answer.length - length);
				if (read < 1) {
					throw new IOException("No answer that ends as it should, but "
							+ new String(this.answer, 0, length, StandardCharsets.US_ASCII));
				}
				length += read;
			}
			while (!isComplete(length));
		}

		private boolean isComplete(int length) {
			return length >= this.end.length
					&& Arrays.equals(this.answer, length - this.end.length, length, this.end, 0, this.end.length);
		}

		void close() {
			try {
				this.socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
