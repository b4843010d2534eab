package chronotope;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/** What there is beside a procedure for each query: any of them by its name, and the list of them. */
public final class Plugin {
  @Context public Transaction transaction;

  /** A row of any query. */
  public static final class Row {
    @Description("The columns.")
    public Map<String, Object> row;

    @Description("What the column id names.")
    public Node node;
  }

  @Procedure(name = "chronotope.run", mode = Mode.READ)
  @Description("Run a query of the catalogue by its name: one that reads, and that clients may call.")
  public Stream<Row> run(
      @Name(value = "query", description = "Its name, like recommend.discover.") String name,
      @Name(value = "parameters", defaultValue = "{}", description = "All that it takes, by name.")
          Map<String, Object> parameters) {
    Query query = Procedures.QUERIES.get(name);
    if (query == null) {
      throw new IllegalArgumentException(
          "There is no query '" + name + "' that reads; there are: "
              + String.join(", ", Procedures.QUERIES.keySet()) + ".");
    }
    return query.run(
        transaction,
        Map.of(),
        parameters,
        (columns, node) -> {
          Row row = new Row();
          row.row = columns;
          row.node = node;
          return row;
        });
  }

  /** A query that the plugin carries. */
  public static final class Carried {
    @Description("The procedure is called so, too, behind chronotope.")
    public String name;

    @Description("What it does.")
    public String summary;

    @Description("How the procedure is called, and what it yields.")
    public String call;

    @Description("What runs.")
    public String text;

    @Description("A hash of what the text computes.")
    public String fingerprint;

    @Description("Of the chronotope that the plugin comes from.")
    public String version;
  }

  @Procedure(name = "chronotope.queries", mode = Mode.READ)
  @Description("List the queries that this plugin carries, with the texts that it runs.")
  public Stream<Carried> queries() {
    return Procedures.QUERIES.values().stream()
        .map(
            query -> {
              Carried row = new Carried();
              row.name = query.name;
              row.summary = query.summary;
              row.call = query.call;
              row.text = query.text;
              row.fingerprint = query.fingerprint;
              row.version = Procedures.VERSION;
              return row;
            });
  }
}
