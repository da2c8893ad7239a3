import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ProductId } from "../api/onboarding";
import { useI18n } from "../i18n/context";

export const PRODUCTS: ProductId[] = ["current_account", "savings_account", "credit_card"];

/** What can be applied for, with what it takes, what is signed, and what it costs. */
export function ChooseProduct({ choose }: { choose: (product: ProductId) => void }) {
  const { m } = useI18n();
  return (
    <SpaceBetween size="l">
      <div>
        <Box variant="h1">{m.onboarding.hello}</Box>
        <Box color="text-body-secondary">{m.onboarding.helloAbout}</Box>
      </div>
      <div className="products">
        {PRODUCTS.map((id) => (
          <Product key={id} id={id} choose={choose} />
        ))}
      </div>
    </SpaceBetween>
  );
}

function Product({ id, choose }: { id: ProductId; choose: (product: ProductId) => void }) {
  const { m } = useI18n();
  const product = m.onboarding.products[id];
  const lists = [
    [m.onboarding.takes, product.takes],
    [m.onboarding.signs, product.signs],
    [m.onboarding.costs, product.costs],
  ] as const;
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={product.about}>
          {product.name}
        </Header>
      }
      footer={
        <Button
          variant="primary"
          fullWidth
          ariaLabel={`${m.onboarding.choose}: ${product.name}`}
          onClick={() => choose(id)}
        >
          {m.onboarding.choose}
        </Button>
      }
    >
      <SpaceBetween size="s">
        {lists.map(([title, entries]) => (
          <div key={title}>
            <Box variant="h3" fontSize="body-m">
              {title}
            </Box>
            <ul className="plain">
              {entries.map((entry) => (
                <li key={entry} className="wrap">
                  {entry}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </SpaceBetween>
    </Container>
  );
}
